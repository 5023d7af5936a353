internal import LossEngine
internal import RealMath
internal import Tensors

/// The arguments of a transducer's loss, found to be right.
@usableFromInline
package struct RNNTArguments<S: LossScalar>: Sendable {
  typealias C = S.Computation

  private let logits: Tensor<S>
  let batch: RNNTBatch

  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  init(
    _ logits: Tensor<S>, targets: any ClassLabels, logitLengths: any ClassLabels,
    targetLengths: any ClassLabels, blank: Int, sampleWeight: Tensor<S>?, mask: Tensor<Bool>?,
    reduction: Reduction
  ) throws(LossError) {
    let shape = logits.shape
    guard shape.count == 4, !shape.dropLast().contains(0) else {
      throw .unsupportedShape(
        argument: "logits", shape: shape,
        requirement: "only [N, T, U + 1, V] is possible, with at least one sample and one frame")
    }
    try Check.size(of: shape, named: "logits")
    self.logits = logits
    batch = try RNNTBatch(
      shape: shape, targets: targets, logitLengths: logitLengths, targetLengths: targetLengths,
      blank: blank, weights: try Check.sampleWeights(sampleWeight, mask: mask, shape: [shape[0]]),
      reduction: reduction)
  }

  var shape: Shape { logits.shape }

  /// Computes the loss, and the gradient if it has a destination.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?, _ compute: (RNNTSample<C>) -> Double
  ) -> Tensor<S> {
    logits.withOperand { logits in
      batch.run(gradients, upstream: upstream) { index, target, scale in
        let gradient = gradients.first.map { rows(of: $0, index) }
        if let gradient { clear(gradient, beyond: target) }
        return RNNTSample(
          target: target, classes: batch.classes,
          scores: RNNTRows(areDirect: logits.isDirect) { frame, positions, scratch in
            logits.load(range(frame, positions, of: index), scratch: scratch)
          },
          gradient: gradient.map { .logits($0) }, scale: scale)
      } _: {
        compute($0)
      }
    }
  }

  private func rows(of gradient: Destination<S>, _ index: Int) -> RNNTRows<C> {
    RNNTRows(
      areDirect: gradient.isDirect,
      rows: { frame, positions, scratch in
        gradient.buffer(from: range(frame, positions, of: index).lowerBound, scratch: scratch)
      },
      store: { frame, positions, rows in gradient.store(range(frame, positions, of: index), from: rows) })
  }

  /// Returns the positions of a sample's logits in row-major order.
  private func range(_ frame: Int, _ positions: Range<Int>, of index: Int) -> Range<Int> {
    let first = (index &* batch.frames &+ frame) &* batch.positions
    return (first &+ positions.lowerBound) &* batch.classes..<(first &+ positions.upperBound) &* batch.classes
  }

  /// Sets the gradient to 0 where it is beyond the lengths of a sample.
  private func clear(_ gradient: RNNTRows<C>, beyond target: RNNTTarget) {
    let scratch = Scratch<C>(slots: gradient.areDirect ? 0 : 1, slotSize: batch.classes)
    defer { scratch.deallocate() }
    for frame in 0..<batch.frames {
      for position in (frame < target.frames ? target.positions : 0)..<batch.positions {
        let row = gradient.rows(frame, position..<position + 1, scratch[0])
        row.clear(count: batch.classes)
        gradient.store(frame, position..<position + 1, row)
      }
    }
  }
}
