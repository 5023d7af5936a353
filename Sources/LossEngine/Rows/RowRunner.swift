internal import RealMath
internal import Tensors

/// Runs a function over the rows of a call, block by block.
struct RowRunner<S: LossScalar> {
  typealias C = S.Computation

  let length: Int
  let first: Operand<S>
  let second: Operand<S>
  let third: Operand<S>?
  let pairLabels: Operand<S>?
  /// What the rows count for, unless all count alike.
  let samples: (any SampleWeights)?
  let scaling: Reducer.Scaling<S>
  let gradients: GradientDestinations<S>

  /// The number of rows that a thread does at a time.
  var rowsPerChunk: Int { Blocks.linesPerChunk(of: length) }

  /// Few enough rows for the nearest cache.
  private var rowsPerBlock: Int { max(1, 2 * Blocks.size / max(length, 1)) }

  /// The number of tensors whose vectors cannot be used where they are.
  private var vectorSlots: Int {
    var slots = (first.isDirect ? 0 : 1) + (second.isDirect ? 0 : 1)
    if let third, !third.isDirect { slots += 1 }
    if let gradient = gradients.first, !gradient.isDirect { slots += 1 }
    if let gradient = gradients.second, !gradient.isDirect { slots += 1 }
    if let gradient = gradients.third, !gradient.isDirect { slots += 1 }
    return slots
  }

  /// The memory for one block after another.
  private struct BlockScratch {
    /// The vectors that cannot be used where they are.
    let vectors: Scratch<C>
    /// The upstream, the label and the value of each row, as numbers of the tensor.
    let numbers: Scratch<C>
    /// The scale and the value of each row.
    let results: Scratch<Double>
  }

  /// Computes the results of some rows, and returns the sum of their values.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func run(_ chunk: Range<Int>, _ compute: (RowBlock<C>) -> Void) -> Double {
    let rows = min(rowsPerBlock, chunk.count)
    let scratch = BlockScratch(
      vectors: Scratch(slots: vectorSlots, slotSize: rows * length),
      numbers: Scratch(slots: 3, slotSize: rows), results: Scratch(slots: 2, slotSize: rows))
    defer {
      scratch.vectors.deallocate()
      scratch.numbers.deallocate()
      scratch.results.deallocate()
    }
    return Blocks.sum(over: chunk, size: max(rows, 1)) { run(rows: $0, scratch, compute) }
  }

  @inline(__always)
  private func run(rows: Range<Int>, _ scratch: BlockScratch, _ compute: (RowBlock<C>) -> Void) -> Double {
    let range = rows.lowerBound * length..<rows.upperBound * length
    let (vectors, numbers) = (scratch.vectors, scratch.numbers)
    let (scales, rowValues) = (scratch.results[0], scratch.results[1])
    let weights = samples?[rows]
    scaling.fill(scales, at: rows, weights: weights, scratch: numbers[0])
    var slots = 0
    func argument(_ operand: Operand<S>) -> UncheckedBuffer<C> {
      defer { slots += operand.isDirect ? 0 : 1 }
      return operand.load(range, scratch: vectors[slots])
    }
    func result(_ destination: Destination<S>) -> UncheckedBuffer<C> {
      defer { slots += destination.isDirect ? 0 : 1 }
      return destination.buffer(from: range.lowerBound, scratch: vectors[slots])
    }
    let block = RowBlock(
      rowCount: rows.count, length: length, first: argument(first), second: argument(second),
      third: third.map { argument($0) }, pairLabels: pairLabels?.load(rows, scratch: numbers[1]),
      scales: scales, values: rowValues,
      firstGradient: gradients.first.map { result($0) },
      secondGradient: gradients.second.map { result($0) }, thirdGradient: gradients.third.map { result($0) })
    compute(block)
    if let weights { weigh(block, by: weights) }
    if let gradient = block.firstGradient { gradients.first?.store(range, from: gradient) }
    if let gradient = block.secondGradient { gradients.second?.store(range, from: gradient) }
    if let gradient = block.thirdGradient { gradients.third?.store(range, from: gradient) }
    return scaling.storeOrSum(rowValues, at: rows, scratch: numbers[2])
  }

  /// Multiplies the values by the weights. All results of a row whose weight is 0 become 0.
  // Not inlined, since the rows of most calls count alike.
  @inline(never)
  private func weigh(_ block: RowBlock<C>, by weights: [Double]) {
    for (index, weight) in weights.enumerated() {
      if weight != 0 {
        block.values[index] *= weight
      } else {
        let row = Row(block: block, index: index)
        row.value = 0
        row.fillGradients(0)
      }
    }
  }
}
