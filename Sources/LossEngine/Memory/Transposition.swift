internal import RealMath

/// The transposition of a rectangle of numbers.
///
/// - Precondition: The memory outlives this value, and has room for the rectangle.
struct Transposition<C: RealScalar> {
  /// Here the elements of a position are neighbours, and positions lie `sourceStride` apart.
  let source: UncheckedBuffer<C>
  let sourceStride: Int
  /// Here the elements of a line are neighbours, and lines lie `destinationStride` apart.
  let destination: UncheckedBuffer<C>
  let destinationStride: Int

  /// Copies the rectangle.
  func copy(lines: Int, positions: Int) {
    if C.self == Float.self, min(lines, positions) >= Transpose4x4.size {
      let transpose = unsafe Transpose4x4(
        source: UnsafeRawPointer(source.pointer).assumingMemoryBound(to: Float.self),
        sourceStride: sourceStride,
        destination: UnsafeMutableRawPointer(destination.pointer).assumingMemoryBound(to: Float.self),
        destinationStride: destinationStride, lines: lines, positions: positions)
      transpose.copy()
      return
    }
    // With the two strides of 2 and 3 known, the compiler makes vectors of these loops.
    switch (lines, positions, sourceStride, destinationStride) {
    case (2, _, 2, _):
      let (first, second) = (destination, destination.advanced(by: destinationStride))
      for position in 0..<positions {
        first[position] = source[position &* 2]
        second[position] = source[position &* 2 &+ 1]
      }
    case (_, 2, _, 2):
      let (first, second) = (source, source.advanced(by: sourceStride))
      for line in 0..<lines {
        destination[line &* 2] = first[line]
        destination[line &* 2 &+ 1] = second[line]
      }
    default:
      for line in 0..<lines {
        let (source, destination) = (
          source.advanced(by: line), destination.advanced(by: line &* destinationStride)
        )
        for position in 0..<positions { destination[position] = source[position &* sourceStride] }
      }
    }
  }
}
