public import RealMath

/// The product of two packed blocks, tile by tile: six rows of the result, and as many columns as a vector has lanes.
///
/// Each element of a tile is a sum over the depth, one product after the other. So its bits depend on neither the tile
/// that it belongs to nor the width of vectors. A product is added to the sum with one rounding where the processor can,
/// which takes half the instructions, and with two elsewhere.
@usableFromInline
package struct MatrixKernel<Vector: SIMD & BitwiseCopyable>: Kernel where Vector.Scalar: RealScalar {
  /// Panels of `tileRows` rows each; those of a panel are neighbours, at one depth after the other.
  @usableFromInline let a: UncheckedBuffer<Vector.Scalar>
  /// Panels of `tileColumns` columns each, in the same order.
  @usableFromInline let b: UncheckedBuffer<Vector.Scalar>
  @usableFromInline let rows: Int
  @usableFromInline let columns: Int
  @usableFromInline let depth: Int
  @usableFromInline let result: UncheckedBuffer<Vector.Scalar>
  @usableFromInline let resultStride: Int
  /// Whether the product is added to what is there.
  @usableFromInline let adds: Bool

  @export(implementation) @inline(__always)
  static var tileRows: Int { 6 }

  @export(implementation) @inline(__always)
  static var tileColumns: Int { Vector.scalarCount }

  @export(implementation) @inline(__always)
  package func run() {
    #if arch(arm64) || arch(arm64_32)
      computeTiles { $0.addingProduct(Vector(repeating: $1), $2) }
    #else
      computeTiles { $0 + $1 * $2 }
    #endif
  }

  #if arch(x86_64)
    // Every processor that wide kernels run on has fused multiply-add.
    @export(implementation) @inline(__always)
    package func runWide() { computeTiles { $0.addingProduct(Vector(repeating: $1), $2) } }
  #endif

  /// Computes all tiles.
  ///
  /// - Parameter adding: Returns vector + number · vector.
  @export(implementation) @inline(__always)
  func computeTiles(_ adding: (Vector, Vector.Scalar, Vector) -> Vector) {
    var column = 0
    while column < columns {
      var row = 0
      while row < rows {
        computeTile(row: row, column: column, adding)
        row &+= Self.tileRows
      }
      column &+= Self.tileColumns
    }
  }

  @export(implementation) @inline(__always)
  func computeTile(row: Int, column: Int, _ adding: (Vector, Vector.Scalar, Vector) -> Vector) {
    var (s0, s1, s2) = (Vector.zero, Vector.zero, Vector.zero)
    var (s3, s4, s5) = (Vector.zero, Vector.zero, Vector.zero)
    let (a, b) = (a.advanced(by: row &* depth), b.advanced(by: column &* depth))
    for index in 0..<depth {
      let vector = unsafe UnsafeRawPointer(b.pointer + index &* Self.tileColumns).load(as: Vector.self)
      let first = index &* Self.tileRows
      s0 = adding(s0, a[first], vector)
      s1 = adding(s1, a[first &+ 1], vector)
      s2 = adding(s2, a[first &+ 2], vector)
      s3 = adding(s3, a[first &+ 3], vector)
      s4 = adding(s4, a[first &+ 4], vector)
      s5 = adding(s5, a[first &+ 5], vector)
    }
    store(s0, row, column)
    store(s1, row &+ 1, column)
    store(s2, row &+ 2, column)
    store(s3, row &+ 3, column)
    store(s4, row &+ 4, column)
    store(s5, row &+ 5, column)
  }

  /// Stores a row of a tile, as far as it belongs to the result.
  @export(implementation) @inline(__always)
  func store(_ sums: Vector, _ row: Int, _ column: Int) {
    if row >= rows { return }
    let place = result.advanced(by: row &* resultStride &+ column)
    if columns &- column >= Self.tileColumns {
      let memory = unsafe UnsafeMutableRawPointer(place.pointer)
      let total = unsafe adds ? memory.loadUnaligned(as: Vector.self) + sums : sums
      unsafe memory.storeBytes(of: total, as: Vector.self)
    } else {
      for lane in 0..<columns &- column { place[lane] = adds ? place[lane] + sums[lane] : sums[lane] }
    }
  }
}
