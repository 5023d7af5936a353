/// Transposes a rectangle of `Float`s in squares of four by four, which takes half the time of one by one.
///
/// - Precondition: The caller vouches for the memory, and the rectangle has room for a square.
@safe
struct Transpose4x4 {
  /// Here the elements of a position are neighbours, and positions lie `sourceStride` apart.
  let source: UnsafePointer<Float>
  let sourceStride: Int
  /// Here the elements of a line are neighbours, and lines lie `destinationStride` apart.
  let destination: UnsafeMutablePointer<Float>
  let destinationStride: Int
  let lines: Int
  let positions: Int

  /// The number of lines, and of positions, of a square.
  static var size: Int { 4 }

  /// Copies the rectangle. Its last squares overlap with those before, where a side is no multiple of theirs.
  func copy() {
    // The inner loop runs along the longer side.
    if lines < positions {
      Self.forEachSquare(along: lines) { line in
        Self.forEachSquare(along: positions) { position in copySquare(line, position) }
      }
    } else {
      Self.forEachSquare(along: positions) { position in
        Self.forEachSquare(along: lines) { line in copySquare(line, position) }
      }
    }
  }

  @inline(__always)
  private static func forEachSquare(along side: Int, _ body: (_ start: Int) -> Void) {
    var start = 0
    while start < side &- size {
      body(start)
      start &+= size
    }
    body(side &- size)
  }

  @inline(__always)
  private func copySquare(_ line: Int, _ position: Int) {
    let (lowAB, highAB) = Self.interleaved(load(line, position), load(line, position &+ 1))
    let (lowCD, highCD) = Self.interleaved(load(line, position &+ 2), load(line, position &+ 3))
    store(SIMD2(lowAB[0], lowCD[0]), line, position)
    store(SIMD2(lowAB[1], lowCD[1]), line &+ 1, position)
    store(SIMD2(highAB[0], highCD[0]), line &+ 2, position)
    store(SIMD2(highAB[1], highCD[1]), line &+ 3, position)
  }

  @inline(__always)
  private func load(_ line: Int, _ position: Int) -> SIMD4<Float> {
    let start = unsafe UnsafeRawPointer(source + (position &* sourceStride &+ line))
    return unsafe start.loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  private func store(_ pairs: SIMD2<UInt64>, _ line: Int, _ position: Int) {
    let start = unsafe UnsafeMutableRawPointer(destination + (line &* destinationStride &+ position))
    unsafe start.storeBytes(of: pairs, as: SIMD2<UInt64>.self)
  }

  /// Interleaves the elements of two positions: those of the first two lines, and those of the last two. As pairs, since
  /// the compiler would shuffle single elements once more.
  @inline(__always)
  private static func interleaved(_ a: SIMD4<Float>, _ b: SIMD4<Float>) -> (SIMD2<UInt64>, SIMD2<UInt64>) {
    let (low, high) = (SIMD4(a[0], b[0], a[1], b[1]), SIMD4(a[2], b[2], a[3], b[3]))
    return unsafe (unsafeBitCast(low, to: SIMD2<UInt64>.self), unsafeBitCast(high, to: SIMD2<UInt64>.self))
  }
}
