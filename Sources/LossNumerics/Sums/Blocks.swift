/// The units in which runners go over elements. They depend on the number of elements alone, never on where these lie or
/// on the number of threads, so that sums have the same bits.
@usableFromInline
package enum Blocks {
  /// The elements of a block: few enough for several operands to stay in the nearest cache.
  @export(implementation) @inline(__always)
  package static var size: Int { 1024 }

  /// The most elements that a thread does at a time.
  @export(implementation) @inline(__always)
  package static var largestChunk: Int { 16 * size }

  /// Returns how many lines of a length a thread does at a time.
  @export(implementation) @inline(__always)
  package static func linesPerChunk(of length: Int) -> Int { max(1, largestChunk / max(length, 1)) }

  /// Returns how many of `count` elements a thread does at a time: of few, half of them, so that two share.
  @export(implementation) @inline(__always)
  package static func chunkSize(of count: Int) -> Int {
    let half = (count / 2 + size - 1) / size * size
    return min(max(half, 4 * size), largestChunk)
  }

  /// Returns the size of the largest block of a chunk.
  @export(implementation) @inline(__always)
  package static func size(in chunk: Range<Int>) -> Int { min(size, chunk.count) }

  /// Returns the sum of what `body` returns for the chunks of 0..<`count`.
  @export(implementation) @inline(__always)
  package static func sum(overChunksOf count: Int, _ body: (Range<Int>) -> Double) -> Double {
    let chunkSize = chunkSize(of: count)
    return stride(from: 0, to: count, by: chunkSize).reduce(0) { $0 + body($1..<min($1 + chunkSize, count)) }
  }

  /// Returns the sum of what `body` returns for the blocks of a chunk.
  @export(implementation) @inline(__always)
  package static func sum(over chunk: Range<Int>, size: Int = size, _ body: (Range<Int>) -> Double) -> Double
  {
    var sum = 0.0
    forEach(in: chunk, size: size) { sum += body($0) }
    return sum
  }

  /// Calls `body` with the blocks of a chunk.
  @export(implementation) @inline(__always)
  package static func forEach(in chunk: Range<Int>, size: Int = size, _ body: (Range<Int>) -> Void) {
    var start = chunk.lowerBound
    while start < chunk.upperBound {
      let end = min(start + size, chunk.upperBound)
      body(start..<end)
      start = end
    }
  }
}
