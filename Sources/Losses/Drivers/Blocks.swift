/// The units in which drivers go over elements. They depend on the number of elements alone, never on where they
/// lie or how many threads there are, so that sums come out the same.
@usableFromInline
enum Blocks {
  /// Few enough elements for several operands to stay in the nearest cache.
  @inlinable
  static var size: Int { 1024 }

  /// How many elements a thread does at a time, at most.
  static var largestChunk: Int { 16 * size }

  /// How many of `count` elements a thread does at a time: of few, half of them, for two to share.
  static func chunkSize(of count: Int) -> Int {
    let half = (count / 2 + size - 1) / size * size
    return min(max(half, 4 * size), largestChunk)
  }

  /// The size of the largest block of a chunk.
  static func size(in chunk: Range<Int>) -> Int { min(size, chunk.count) }

  /// The sum of what `body` returns for the chunks of 0..<`count`.
  static func sum(overChunksOf count: Int, _ body: (Range<Int>) -> Double) -> Double {
    let chunkSize = chunkSize(of: count)
    return stride(from: 0, to: count, by: chunkSize).reduce(0) { $0 + body($1..<min($1 + chunkSize, count)) }
  }

  /// The sum of what `body` returns for the blocks of a chunk.
  @inline(__always)
  static func sum(over chunk: Range<Int>, size: Int = size, _ body: (Range<Int>) -> Double) -> Double {
    var sum = 0.0
    forEach(in: chunk, size: size) { sum += body($0) }
    return sum
  }

  /// Calls `body` with the blocks of a chunk.
  @inline(__always)
  static func forEach(in chunk: Range<Int>, size: Int = size, _ body: (Range<Int>) -> Void) {
    var start = chunk.lowerBound
    while start < chunk.upperBound {
      let end = min(start + size, chunk.upperBound)
      body(start..<end)
      start = end
    }
  }
}
