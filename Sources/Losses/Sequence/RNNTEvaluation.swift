internal import LossEngine
internal import RealMath
internal import Tensors

/// The arguments of a transducer's loss, found to be right.
@usableFromInline
package struct RNNTArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let logits: Tensor<S>
  private let targets: any ClassLabels
  private let logitLengths: any ClassLabels
  private let targetLengths: any ClassLabels
  private let blank: Int
  /// About how long the work takes, in nanoseconds.
  private let cost: Double
  fileprivate let reducer: Reducer

  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  init(
    _ logits: Tensor<S>, targets: any ClassLabels, logitLengths: any ClassLabels,
    targetLengths: any ClassLabels, blank: Int, reduction: Reduction
  ) throws(LossError) {
    let shape = logits.shape
    guard shape.count == 4, !shape.dropLast().contains(0) else {
      throw .unsupportedShape(
        argument: "input", shape: shape,
        requirement: "only [N, T, U + 1, V] is possible, with at least one sample and one frame")
    }
    try Check.size(of: shape, named: "input")
    let (samples, frames, labels, classes) = (shape[0], shape[1], shape[2] - 1, shape[3])
    guard -classes..<classes ~= blank else {
      throw .invalidHyperparameter(
        name: "blank", integer: blank,
        requirement: "one of the \(classes) classes, from 0 on, or from −1 back")
    }
    try Check.lengths(logitLengths, named: "logitLengths", samples: samples, atMost: frames, of: "frames")
    try Check.shape(
      targets.shape, named: "targets", is: [samples, labels],
      hint: targets.shape == [samples, labels + 1]
        ? "logits have one position more than there are labels" : nil)
    try Check.lengths(
      targetLengths, named: "targetLengths", samples: samples, atMost: labels, of: "labels in targets")
    var cost = 0.0
    for sample in 0..<samples {
      let length = targetLengths[sample]
      try Check.labels(
        targets, at: sample * labels..<sample * labels + length, named: "targets", classes: classes)
      cost += Double(logitLengths[sample]) * Double(length + 1) * Double(200 + classes)
    }
    self.logits = logits
    self.targets = targets
    self.logitLengths = logitLengths
    self.targetLengths = targetLengths
    self.blank = blank < 0 ? classes + blank : blank
    self.cost = cost
    reducer = try Reducer(reduction, shape: [samples], mean: Double(samples), batch: samples)
  }

  fileprivate var shape: Shape { logits.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  fileprivate func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ compute: (RNNTSample<C>) -> Void
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      logits.withOperand { logits in
        Parallelism.sum(over: shape[0], chunkSize: 1, cost: cost) { chunk in
          let numbers = Scratch<C>(slots: 2, slotSize: 1)
          let values = Scratch<Double>(slots: 1, slotSize: 1)
          defer {
            numbers.deallocate()
            values.deallocate()
          }
          var sum = 0.0
          for index in chunk {
            let upstream = scaling.upstream?.load(index..<index + 1, scratch: numbers[0])[0]
            compute(
              sample(
                index, logits, gradients.first,
                scale: scaling.scale * (upstream.map { Double($0) } ?? 1), value: values[0]))
            sum += values[0][0]
            if let destination = scaling.values {
              let value = destination.buffer(from: index, scratch: numbers[1])
              value[0] = C(values[0][0])
              destination.store(index..<index + 1, from: value)
            }
          }
          return sum
        }
      }
    }
  }

  private func sample(
    _ index: Int, _ logits: Operand<S>, _ gradient: Destination<S>?, scale: Double,
    value: UncheckedBuffer<Double>
  ) -> RNNTSample<C> {
    let (frames, length, labels) = (logitLengths[index], targetLengths[index], shape[2] - 1)
    let sample = RNNTSample(
      frames: frames, classes: shape[3], blank: blank,
      labels: targets[index * labels..<index * labels + length],
      scores: RNNTRows(areDirect: logits.isDirect) { frame, positions, scratch in
        logits.load(range(frame, positions, of: index), scratch: scratch)
      },
      gradient: gradient.map { gradient in
        RNNTRows(
          areDirect: gradient.isDirect,
          rows: { frame, positions, scratch in
            gradient.buffer(from: range(frame, positions, of: index).lowerBound, scratch: scratch)
          },
          store: { frame, positions, rows in gradient.store(range(frame, positions, of: index), from: rows) })
      }, scale: scale, value: value)
    if let gradient = sample.gradient { clear(gradient, beyond: frames, length + 1) }
    return sample
  }

  /// Returns the positions of a sample's logits in row-major order.
  private func range(_ frame: Int, _ positions: Range<Int>, of index: Int) -> Range<Int> {
    let first = (index &* shape[1] &+ frame) &* shape[2]
    return (first &+ positions.lowerBound) &* shape[3]..<(first &+ positions.upperBound) &* shape[3]
  }

  /// Sets the gradient to 0 where it is beyond the lengths of a sample.
  private func clear(_ gradient: RNNTRows<C>, beyond frames: Int, _ positions: Int) {
    let scratch = Scratch<C>(slots: gradient.areDirect ? 0 : 1, slotSize: shape[3])
    defer { scratch.deallocate() }
    for frame in 0..<shape[1] {
      for position in (frame < frames ? positions : 0)..<shape[2] {
        let row = gradient.rows(frame, position..<position + 1, scratch[0])
        row.clear(count: shape[3])
        gradient.store(frame, position..<position + 1, row)
      }
    }
  }
}

/// The loss of a transducer at given arguments.
@usableFromInline
package struct RNNTEvaluation<Scalar: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Gradient = Tensor<Scalar>
  @usableFromInline package typealias Gradients = InputGradient<Scalar>

  let loss: RNNTLoss
  let arguments: RNNTArguments<Scalar>

  @usableFromInline package var gradientShape: Shape { arguments.shape }
  @usableFromInline package var reducer: Reducer { arguments.reducer }

  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision)
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream) { loss.computeEither($0) }
  }
}
