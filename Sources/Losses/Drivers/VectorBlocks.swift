internal import RealMath
internal import Tensors

/// Runs a kernel over the rows of a call, block by block.
@safe
struct VectorBlocks<S: LossScalar> {
  typealias C = S.Computation

  let length: Int
  let first: Operand<S>
  let second: Operand<S>
  let third: Operand<S>?
  let answers: Operand<S>?
  /// The upstream of each row, where each has one of its own.
  let upstream: Operand<S>?
  /// What all gradients are multiplied by.
  let scale: Double
  let values: Destination<S>?
  let gradients: GradientDestinations<S>

  /// What a thread does at a time.
  var rowsPerChunk: Int { max(1, Blocks.largestChunk / max(length, 1)) }

  /// Few enough rows for the nearest cache.
  private var rowsPerBlock: Int { max(1, 2 * Blocks.size / max(length, 1)) }

  private var isDirect: Bool {
    first.isDirect && second.isDirect && third?.isDirect ?? true && Destination<S>.isDirect
  }

  /// Computes the results of some rows, and returns the sum of their values.
  func compute(_ chunk: Range<Int>, _ kernel: (VectorBlock<C>) -> Void) -> Double {
    let rows = min(rowsPerBlock, chunk.count)
    let vectors = Scratch<C>(slots: isDirect ? 0 : 6, slotSize: rows * length)
    let numbers = Scratch<C>(slots: 3, slotSize: rows)
    let results = Scratch<Double>(slots: 2, slotSize: rows)
    defer {
      vectors.deallocate()
      numbers.deallocate()
      results.deallocate()
    }
    var sum = 0.0
    var start = chunk.lowerBound
    while start < chunk.upperBound {
      let end = min(start + rows, chunk.upperBound)
      sum += compute(rows: start..<end, vectors, numbers, results, kernel)
      start = end
    }
    return sum
  }

  @inline(__always)
  private func compute(
    rows: Range<Int>, _ vectors: Scratch<C>, _ numbers: Scratch<C>, _ results: Scratch<Double>,
    _ kernel: (VectorBlock<C>) -> Void
  ) -> Double {
    let range = rows.lowerBound * length..<rows.upperBound * length
    let (scales, rowValues) = (results.numbers(0), results.numbers(1))
    if let upstream = upstream?.numbers(rows, scratch: numbers.numbers(0)) {
      for row in 0..<rows.count { scales[row] = Double(upstream[row]) * scale }
    } else {
      for row in 0..<rows.count { scales[row] = scale }
    }
    let block = VectorBlock(
      rowCount: rows.count, length: length,
      first: first.numbers(range, scratch: vectors.numbers(0)),
      second: second.numbers(range, scratch: vectors.numbers(1)),
      third: third?.numbers(range, scratch: vectors.numbers(2)),
      answers: answers?.numbers(rows, scratch: numbers.numbers(1)), scales: scales, values: rowValues,
      firstGradient: gradients.input?.numbers(from: range.lowerBound, scratch: vectors.numbers(3)),
      secondGradient: gradients.target?.numbers(from: range.lowerBound, scratch: vectors.numbers(4)),
      thirdGradient: gradients.parameter?.numbers(from: range.lowerBound, scratch: vectors.numbers(5)))
    kernel(block)
    if let memory = block.firstGradient { gradients.input?.store(range, from: memory) }
    if let memory = block.secondGradient { gradients.target?.store(range, from: memory) }
    if let memory = block.thirdGradient { gradients.parameter?.store(range, from: memory) }
    guard let values = values else { return Lanes.reduce(count: rows.count, 0, +) { rowValues[$0] } }
    let memory = values.numbers(from: rows.lowerBound, scratch: numbers.numbers(2))
    for row in 0..<rows.count { memory[row] = C(rowValues[row]) }
    values.store(rows, from: memory)
    return 0
  }
}
