internal import RealMath

/// The similarities of vectors with one another, or derivatives with respect to them, row by row.
///
/// - Precondition: The caller vouches for the memory.
struct SquareMatrix<C: RealScalar> {
  let elements: UncheckedBuffer<C>
  let size: Int

  /// How many rows are computed before what they are is known of columns too.
  private static var rowBlock: Int { 128 }
  /// The rows and the columns of a part that stays in the first cache, with the part on the other side of the diagonal.
  private static var tileSize: Int { 32 }

  /// Computes the products of some vectors with one another: those of a vector with the ones from its block on, which are
  /// then copied to the other side of the diagonal. They have the same bits, since products and their order are the same.
  func setProducts(ofRowsAt vectors: UncheckedBuffer<C>, features: Int) {
    Blocks.forEach(in: 0..<size, size: Self.rowBlock) { block in
      let (start, count) = (block.lowerBound, size - block.lowerBound)
      let vectors = Matrix(vectors.advanced(by: start * features), rowStride: features)
      MatrixProduct.compute(
        vectors, vectors.transposed, rows: block.count, columns: count, depth: features, adding: false,
        to: elements.advanced(by: start * size + start), stride: size)
    }
    forEachPart(of: Self.rowBlock) { rows in
      let end = rows.upperBound
      if end == size { return }
      Transposition(
        source: elements.advanced(by: rows.lowerBound * size + end), sourceStride: size,
        destination: elements.advanced(by: end * size + rows.lowerBound), destinationStride: size
      ).copy(lines: size - end, positions: rows.count)
    }
  }

  /// Adds the transposed matrix.
  func addTransposed() {
    forEachPart(of: Self.tileSize) { rows in
      Blocks.forEach(in: rows.lowerBound..<size, size: Self.tileSize) { columns in
        for row in rows {
          let own = elements.advanced(by: row &* size)
          for column in max(row, columns.lowerBound)..<max(row, columns.upperBound) {
            let sum = own[column] + elements[column &* size &+ row]
            own[column] = sum
            elements[column &* size &+ row] = sum
          }
        }
      }
    }
  }

  /// Calls `body` with some rows at a time, which a thread computes together with the columns of the same numbers, as far
  /// as they are on the other side of the diagonal.
  private func forEachPart(of rows: Int, _ body: (Range<Int>) -> Void) {
    Parallelism.forEachChunk(of: size, chunkSize: rows, cost: Double(size) * Double(size), body)
  }
}
