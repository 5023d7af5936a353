public import RealMath

/// The transposition of a rectangle of numbers.
///
/// - Precondition: The memory outlives this value, and has room for the rectangle.
@frozen @usableFromInline
package struct Transposition<C: RealScalar> {
  /// Here the elements of a position are neighbours, and positions lie `sourceStride` apart.
  @usableFromInline let source: UncheckedBuffer<C>
  @usableFromInline let sourceStride: Int
  /// Here the elements of a line are neighbours, and lines lie `destinationStride` apart.
  @usableFromInline let destination: UncheckedBuffer<C>
  @usableFromInline let destinationStride: Int

  @export(implementation) @inline(__always)
  package init(
    source: UncheckedBuffer<C>, sourceStride: Int, destination: UncheckedBuffer<C>, destinationStride: Int
  ) {
    self.source = source
    self.sourceStride = sourceStride
    self.destination = destination
    self.destinationStride = destinationStride
  }

  /// Copies the rectangle.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func copy(lines: Int, positions: Int) {
    if C.self == Float.self, min(lines, positions) >= Transpose4x4.size {
      let transpose = unsafe Transpose4x4(
        source: UnsafeRawPointer(source.pointer).assumingMemoryBound(to: Float.self),
        sourceStride: sourceStride,
        destination: UnsafeMutableRawPointer(destination.pointer).assumingMemoryBound(to: Float.self),
        destinationStride: destinationStride, lines: lines, positions: positions)
      transpose.copy()
      return
    }
    // With a stride of 2 known, the compiler makes vectors of these loops; with one of 3, it needs no inner loop.
    let (source, destination) = unsafe (source.pointer, destination.pointer)
    switch (lines, positions, sourceStride, destinationStride) {
    case (2, _, 2, _):
      let (first, second) = unsafe (destination, destination + destinationStride)
      for position in 0..<positions {
        unsafe first[position] = source[position &* 2]
        unsafe second[position] = source[position &* 2 &+ 1]
      }
    case (_, 2, _, 2):
      let (first, second) = unsafe (source, source + sourceStride)
      for line in 0..<lines {
        unsafe destination[line &* 2] = first[line]
        unsafe destination[line &* 2 &+ 1] = second[line]
      }
    case (3, _, 3, _):
      let (first, second) = unsafe (destination, destination + destinationStride)
      let third = unsafe second + destinationStride
      for position in 0..<positions {
        unsafe first[position] = source[position &* 3]
        unsafe second[position] = source[position &* 3 &+ 1]
        unsafe third[position] = source[position &* 3 &+ 2]
      }
    case (_, 3, _, 3):
      let (first, second) = unsafe (source, source + sourceStride)
      let third = unsafe second + sourceStride
      for line in 0..<lines {
        unsafe destination[line &* 3] = first[line]
        unsafe destination[line &* 3 &+ 1] = second[line]
        unsafe destination[line &* 3 &+ 2] = third[line]
      }
    case _ where lines < positions:
      for line in 0..<lines {
        let (first, next) = unsafe (source + line, destination + line &* destinationStride)
        for position in 0..<positions { unsafe next[position] = first[position &* sourceStride] }
      }
    default:
      for position in 0..<positions {
        let (first, next) = unsafe (source + position &* sourceStride, destination + position)
        for line in 0..<lines { unsafe next[line &* destinationStride] = first[line] }
      }
    }
  }
}
