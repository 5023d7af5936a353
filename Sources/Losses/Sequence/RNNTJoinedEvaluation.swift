internal import LossEngine
internal import RealMath
internal import Tensors

/// The arguments of a transducer's loss whose logits are sums of two outputs, found to be right.
@usableFromInline
package struct RNNTJoinedArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let encoder: Tensor<S>
  private let predictor: Tensor<S>
  private let batch: RNNTBatch

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  init(
    _ encoder: Tensor<S>, _ predictor: Tensor<S>, targets: any ClassLabels, logitLengths: any ClassLabels,
    targetLengths: any ClassLabels, blank: Int, reduction: Reduction
  ) throws(LossError) {
    let (shape, other) = (encoder.shape, predictor.shape)
    guard shape.count == 3, !shape.dropLast().contains(0) else {
      throw .unsupportedShape(
        argument: "encoder", shape: shape,
        requirement: "only [N, T, V] is possible, with at least one sample and one frame")
    }
    guard other.count == 3, other[1] > 0 else {
      throw .unsupportedShape(
        argument: "predictor", shape: other,
        requirement: "only [N, U + 1, V] is possible, with at least one position")
    }
    try Check.shape(other, named: "predictor", is: [shape[0], other[1], shape[2]])
    try Check.size(of: shape, named: "encoder")
    try Check.size(of: other, named: "predictor")
    // What is kept of each frame and position.
    try Check.size(of: [shape[0], shape[1], other[1]], named: "encoder")
    self.encoder = encoder
    self.predictor = predictor
    batch = try RNNTBatch(
      shape: [shape[0], shape[1], other[1], shape[2]], targets: targets, logitLengths: logitLengths,
      targetLengths: targetLengths, blank: blank, reduction: reduction)
  }

  /// Computes the loss, and the gradients if they have destinations.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ compute: (RNNTSample<C>) -> Void
  ) -> Tensor<S> {
    encoder.withOperand { encoder in
      predictor.withOperand { predictor in
        batch.run(gradients, upstream: upstream) { index, target, scale, value in
          let joint = RNNTJoint<C>(
            encoder: rows(of: encoder, from: index * batch.frames, count: target.frames),
            predictor: rows(of: predictor, from: index * batch.positions, count: target.positions),
            classes: batch.classes)
          if let first = gradients.first, let second = gradients.second {
            // Without frames, nothing is computed at any position.
            joint.gradients = (
              destination(first, from: index * batch.frames, rows: batch.frames, used: target.frames),
              destination(
                second, from: index * batch.positions, rows: batch.positions,
                used: target.frames == 0 ? 0 : target.positions)
            )
          }
          return RNNTSample(
            target: target, classes: batch.classes, scores: joint.scores,
            gradient: joint.gradients == nil ? nil : .outputs(joint), scale: scale, value: value)
        } _: {
          compute($0)
        }
      }
    }
  }

  /// The outputs at the frames or positions of a sample, copied if they cannot be used where they lie.
  private func rows(of operand: Operand<S>, from row: Int, count: Int) -> RNNTOutput<C> {
    let size = count * batch.classes
    let copy = Scratch<C>(slots: operand.isDirect ? 0 : 1, slotSize: size)
    let start = row * batch.classes
    return RNNTOutput(numbers: operand.load(start..<start + size, scratch: copy[0]), copy: copy)
  }

  /// Where the gradient with respect to an output goes. Rows that are not used get 0.
  private func destination(_ gradient: Destination<S>, from first: Int, rows: Int, used: Int)
    -> RNNTOutputGradient<C>
  {
    let result = RNNTOutputGradient<C> { row, classes, numbers in
      let start = (first &+ row) &* batch.classes &+ classes.lowerBound
      let scratch = Scratch<C>(slots: gradient.isDirect ? 0 : 1, slotSize: classes.count)
      defer { scratch.deallocate() }
      let buffer = gradient.buffer(from: start, scratch: scratch[0])
      for index in 0..<classes.count { buffer[index] = C(numbers(index)) }
      gradient.store(start..<start &+ classes.count, from: buffer)
    }
    for row in used..<rows { result.store(row, 0..<batch.classes) { _ in 0 } }
    return result
  }
}

// The verbs.
extension RNNTJoinedArguments {
  func valueWithGradient(
    upstream: Tensor<S>?, _ compute: (RNNTSample<C>) -> Void
  ) throws(LossError) -> (value: Tensor<S>, gradient: RNNTJoinedGradient<S>) {
    try batch.reducer.check(upstream)
    var gradient = RNNTJoinedGradient<S>(
      encoder: Tensor(uninitialized: encoder.shape), predictor: Tensor(uninitialized: predictor.shape))
    let value = gradient.withDestinations(accumulating: false) {
      run($0, upstream: upstream, compute)
    }
    return (value, gradient)
  }

  func valueWithGradient(
    writtenTo gradient: inout RNNTJoinedGradient<S>, accumulating: Bool, upstream: Tensor<S>?,
    _ compute: (RNNTSample<C>) -> Void
  ) throws(LossError) -> Tensor<S> {
    try batch.reducer.check(upstream)
    try Check.shape(gradient.encoder.shape, named: "gradient.encoder", is: encoder.shape)
    try Check.shape(gradient.predictor.shape, named: "gradient.predictor", is: predictor.shape)
    return gradient.withDestinations(accumulating: accumulating) { run($0, upstream: upstream, compute) }
  }

  var encoderShape: Shape { encoder.shape }
}

extension RNNTJoinedGradient {
  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  fileprivate mutating func withDestinations<Result>(
    accumulating: Bool, _ body: (GradientDestinations<Scalar>) -> Result
  ) -> Result {
    encoder.withDestination(accumulating: accumulating) { encoder in
      predictor.withDestination(accumulating: accumulating) { predictor in
        body(GradientDestinations(encoder, predictor))
      }
    }
  }
}

/// The loss of a transducer whose logits are sums of two outputs, at given arguments.
@usableFromInline
package struct RNNTJoinedEvaluation<Scalar: LossScalar>: Evaluation {
  @usableFromInline package typealias Gradient = RNNTJoinedGradient<Scalar>
  @usableFromInline package typealias Gradients = RNNTJoinedGradient<Scalar>

  let loss: RNNTLoss
  let arguments: RNNTJoinedArguments<Scalar>

  @usableFromInline package var gradientShape: Shape { arguments.encoderShape }

  @usableFromInline
  package func value() -> Tensor<Scalar> {
    arguments.run(GradientDestinations(), upstream: nil) { loss.computeEither($0) }
  }

  @usableFromInline
  package func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradient {
    try valueWithGradient(upstream: upstream).gradient
  }

  @usableFromInline
  package func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient) {
    try arguments.valueWithGradient(upstream: upstream) { loss.computeEither($0) }
  }

  @usableFromInline
  package func valueWithGradient(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try arguments.valueWithGradient(writtenTo: &gradient, accumulating: false, upstream: upstream) {
      loss.computeEither($0)
    }
  }

  @usableFromInline
  package func valueWithGradient(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try arguments.valueWithGradient(writtenTo: &gradient, accumulating: true, upstream: upstream) {
      loss.computeEither($0)
    }
  }

  @usableFromInline
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    try backward(upstream: upstream)
  }
}
