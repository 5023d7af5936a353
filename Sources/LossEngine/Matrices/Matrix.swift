package import RealMath

/// A matrix in memory: the element in row i and column j is i · `rowStride` + j · `columnStride` behind the first.
///
/// - Precondition: One of the strides is 1. The memory outlives this value, and only elements of the matrix are asked for.
package struct Matrix<C: RealScalar> {
  let origin: UncheckedBuffer<C>
  let rowStride: Int
  let columnStride: Int

  package init(_ origin: UncheckedBuffer<C>, rowStride: Int, columnStride: Int = 1) {
    self.origin = origin
    self.rowStride = rowStride
    self.columnStride = columnStride
  }

  package var transposed: Matrix {
    Matrix(origin, rowStride: columnStride, columnStride: rowStride)
  }

  func advanced(row: Int, column: Int) -> Matrix {
    Matrix(
      origin.advanced(by: row * rowStride + column * columnStride), rowStride: rowStride,
      columnStride: columnStride)
  }
}
