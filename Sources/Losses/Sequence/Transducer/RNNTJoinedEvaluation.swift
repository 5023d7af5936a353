public import LossEngine
internal import RealMath
public import Tensors

/// The arguments of a transducer's loss whose logits are sums of two outputs, found to be right.
@usableFromInline
package struct RNNTJoinedArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let encoder: Tensor<S>
  private let predictor: Tensor<S>
  fileprivate let batch: RNNTBatch

  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  init(
    _ encoder: Tensor<S>, _ predictor: Tensor<S>, targets: any ClassLabels, logitLengths: any ClassLabels,
    targetLengths: any ClassLabels, blank: Int, sampleWeight: Tensor<S>?, mask: Tensor<Bool>?,
    reduction: Reduction
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
      targetLengths: targetLengths, blank: blank,
      weights: try Check.sampleWeights(sampleWeight, mask: mask, shape: [shape[0]]), reduction: reduction)
  }

  fileprivate var partShapes: [Shape?] { [encoder.shape, predictor.shape] }

  /// Computes the loss, and the gradients if they have destinations.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ compute: (RNNTSample<C>) -> Double
  ) -> Tensor<S> {
    encoder.withOperand { encoder in
      predictor.withOperand { predictor in
        batch.run(gradients, upstream: upstream) { index, target, scale in
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
            gradient: joint.gradients == nil ? nil : .outputs(joint), scale: scale)
        } _: {
          compute($0)
        }
      }
    }
  }

  /// The most numbers of an output of a sample that are copied at once. More are copied some at a time, and again and again.
  private static var mostCopied: Int { 1 << 19 }

  /// The outputs at the frames or positions of a sample, copied if they cannot be used where they lie.
  private func rows(of operand: Operand<S>, from row: Int, count: Int) -> RNNTOutput<C> {
    let (start, size) = (row * batch.classes, count * batch.classes)
    if !operand.isDirect, size > Self.mostCopied {
      return .source { range, destination in
        _ = operand.load(start + range.lowerBound..<start + range.upperBound, scratch: destination)
      }
    }
    let copy = Scratch<C>(slots: operand.isDirect ? 0 : 1, slotSize: size)
    return .numbers(operand.load(start..<start + size, scratch: copy[0]), copy: copy)
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

extension RNNTJoinedGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] { ["gradient.encoder", "gradient.predictor"] }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) { self.init(encoder: parts[0]!, predictor: parts[1]!) }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [encoder, predictor] }
}

/// The loss of a transducer whose logits are sums of two outputs, at given arguments.
@usableFromInline
package struct RNNTJoinedEvaluation<Scalar: LossScalar>: PartedEvaluation {
  @usableFromInline package typealias Gradient = RNNTJoinedGradient<Scalar>
  @usableFromInline package typealias Gradients = RNNTJoinedGradient<Scalar>

  let loss: RNNTLoss
  let arguments: RNNTJoinedArguments<Scalar>

  @usableFromInline package var reducer: Reducer { arguments.batch.reducer }
  @usableFromInline package var partShapes: [Shape?] { arguments.partShapes }

  @usableFromInline
  package func run(_ parts: [Destination<Scalar>?]?, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(parts.map { GradientDestinations($0[0], $0[1]) } ?? .init(), upstream: upstream) {
      loss.computeEither($0)
    }
  }
}
