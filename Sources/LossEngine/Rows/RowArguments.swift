internal import RealMath
public import Tensors

/// The arguments of a loss over vectors, the last axis of two or three tensors, found to be right.
@usableFromInline
package struct RowArguments<S: LossScalar>: Sendable {
  private let first: Tensor<S>
  private let second: Tensor<S>
  private let third: Tensor<S>?
  private let pairLabels: Tensor<S>?
  @usableFromInline package let samples: (any SampleWeights)?
  private let rowCount: Int
  @usableFromInline let reducer: Reducer

  /// - Parameters:
  ///   - names: What errors call the tensors from the second on.
  ///   - pairLabels: A number for each row, which errors call `target`.
  @usableFromInline
  @inline(never)
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package init(
    _ first: Tensor<S>, _ second: Tensor<S>, _ third: Tensor<S>? = nil, names: [String],
    pairLabels: Tensor<S>? = nil, sampleWeight: Tensor<S>? = nil, mask: Tensor<Bool>? = nil,
    reduction: Reduction
  ) throws(LossError) {
    try Check.shape(of: second, named: names[0], is: first.shape)
    try Check.size(of: second.shape, named: names[0])
    if let third { try Check.shape(of: third, named: names[1], is: first.shape) }
    let rowShape = Shape(first.shape.dropLast())
    let rowCount = rowShape.elementCount
    if first.shape.last == 0 { try Check.rowCount(rowCount, of: second.shape, named: names[0]) }
    if let pairLabels { try Check.shape(of: pairLabels, named: "target", is: rowShape) }
    var weights = MeanWeights<S>(
      samples: try Check.sampleWeights(sampleWeight, mask: mask, shape: rowShape))
    self.first = first
    self.second = second
    self.third = third
    self.pairLabels = pairLabels
    self.rowCount = rowCount
    let mean = reduction == .mean ? weights.denominator(ofSamples: rowCount) : 0
    samples = weights.samples
    reducer = try Reducer(
      reduction, shape: rowShape, mean: mean, batch: first.rank > 1 ? first.shape[0] : 1,
      weightExponent: weights.exponent)
  }

  @usableFromInline var shape: Shape { first.shape }

  /// Computes the loss, and the gradients that have a destination.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(
    _ gradients: GradientDestinations<S>, upstream: Tensor<S>?,
    _ compute: (RowBlock<S.Computation>) -> Void
  ) -> Tensor<S> {
    reducer.run(gradients, upstream: upstream) { scaling in
      first.withOperand { first in
        second.withOperand { second in
          third.withOperand { third in
            pairLabels.withOperand { pairLabels in
              let runner = RowRunner(
                length: self.first.shape.last ?? 1, first: first, second: second, third: third,
                pairLabels: pairLabels, samples: samples, scaling: scaling, gradients: gradients)
              return Parallelism.sum(
                over: rowCount, chunkSize: runner.rowsPerChunk, cost: Double(self.first.count)
              ) { chunk in runner.run(chunk, compute) }
            }
          }
        }
      }
    }
  }
}

extension RowArguments {
  /// Returns the gradient with respect to what has been broadcast from `shape` to factors of the elements.
  ///
  /// - Parameter factored: Returns what the factor of an element is multiplied by in the value of its row.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  package func factorGradient(
    _ shape: Shape, upstream: Tensor<S>?,
    _ factored: (_ row: Row<S.Computation>, _ index: Int) -> S.Computation
  ) -> Tensor<S> {
    var gradient = BroadcastGradient<S>(shape, from: first.shape)
    var start = 0
    // Rows share the sums, and are added in their order.
    Parallelism.withOneThread {
      _ = run(GradientDestinations().withoutValue, upstream: upstream) { block in
        let scratch = Scratch<S.Computation>(slots: 1, slotSize: block.length)
        defer { scratch.deallocate() }
        let firstRow = start / max(block.length, 1)
        let weights = samples?[firstRow..<firstRow + block.rowCount]
        block.forEachRow { row in
          let window = start..<start + row.count
          let isOut = weights?[row.index] == 0
          gradient.withDestination(at: window) { destination in
            let numbers = destination.buffer(from: start, scratch: scratch[0])
            for index in 0..<row.count {
              numbers[index] = isOut ? 0 : S.Computation(row.scale) * factored(row, index)
            }
            destination.store(window, from: numbers)
          }
          start = window.upperBound
        }
        block.values.clear(count: block.rowCount)
      }
    }
    return gradient.gradient
  }
}
