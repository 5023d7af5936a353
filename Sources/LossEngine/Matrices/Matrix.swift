package import RealMath

/// A matrix in memory: the element in row i and column j is i · `rowStride` + j · `columnStride` behind the first.
///
/// - Precondition: The memory outlives this value, and only elements of the matrix are asked for.
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

  /// Copies some rows in panels of `width` rows, whose elements are neighbours in each column. What is missing in the
  /// last panel is 0.
  func pack(rows: Int, columns: Int, width: Int, to packed: UncheckedBuffer<C>) {
    for row in stride(from: 0, to: rows, by: width) {
      let (panel, count) = (packed.advanced(by: row * columns), min(width, rows - row))
      if count < width { panel.clear(count: width * columns) }
      let source = origin.advanced(by: row * rowStride)
      if rowStride == 1 {
        for column in 0..<columns {
          for index in 0..<count { panel[column &* width &+ index] = source[column &* columnStride &+ index] }
        }
      } else {
        for index in 0..<count {
          let line = source.advanced(by: index * rowStride)
          for column in 0..<columns { panel[column &* width &+ index] = line[column &* columnStride] }
        }
      }
    }
  }
}

/// The product of two matrices.
///
/// The depth is cut into blocks of 256. The sum over a block is rounded product by product in the type of the elements,
/// and added to the sum over the blocks before it. Other blocks do not change bits, nor does the number of threads.
package enum MatrixProduct {
  static var depthBlock: Int { 256 }

  /// The part of the result that a thread computes at a time. The packed block of the right matrix stays in the second
  /// cache, and a panel of it in the first.
  private static var rowChunk: Int { 384 }
  private static var columnChunk: Int { 256 }
  /// How many rows of the left matrix are packed at a time: a multiple of those of a tile.
  private static var rowBlock: Int { 96 }

  /// Computes a · b, where `a` has `depth` columns and `b` as many rows.
  ///
  /// - Parameters:
  ///   - adding: Whether the product is added to what is there, block of the depth by block.
  ///   - result: The first element of the result, whose rows are `stride` apart.
  package static func compute<C: RealScalar>(
    _ a: Matrix<C>, _ b: Matrix<C>, rows: Int, columns: Int, depth: Int, adding: Bool,
    to result: UncheckedBuffer<C>, stride: Int
  ) {
    if rows == 0 || columns == 0 { return }
    let rowChunks = (rows - 1) / rowChunk + 1
    let columnChunks = (columns - 1) / columnChunk + 1
    // A multiplication and an addition take about a 20th of a nanosecond.
    let cost = Double(rows) * Double(columns) * Double(depth + 1) / 20
    _ = Parallelism.sum(over: rowChunks * columnChunks, chunkSize: 1, cost: cost) { chunk in
      let (columnPart, rowPart) = chunk.lowerBound.quotientAndRemainder(dividingBy: rowChunks)
      let (row, column) = (rowPart * rowChunk, columnPart * columnChunk)
      computePart(
        a.advanced(row: row, column: 0), b.advanced(row: 0, column: column),
        rows: min(rowChunk, rows - row), columns: min(columnChunk, columns - column), depth: depth,
        adding: adding, to: result.advanced(by: row * stride + column), stride: stride)
      return 0
    }
  }

  private static func computePart<C: RealScalar>(
    _ a: Matrix<C>, _ b: Matrix<C>, rows: Int, columns: Int, depth: Int, adding: Bool,
    to result: UncheckedBuffer<C>, stride: Int
  ) {
    if depth == 0, !adding {
      for row in 0..<rows { result.advanced(by: row * stride).clear(count: columns) }
    }
    let width = 64 / MemoryLayout<C>.stride
    let block = min(depthBlock, depth)
    let packedA = Scratch<C>(slots: 1, slotSize: rowBlock * block)
    let packedB = Scratch<C>(slots: 1, slotSize: (columns + width - 1) / width * width * block)
    defer {
      packedA.deallocate()
      packedB.deallocate()
    }
    for start in Swift.stride(from: 0, to: depth, by: depthBlock) {
      let depth = min(depthBlock, depth - start)
      b.advanced(row: start, column: 0).transposed.pack(
        rows: columns, columns: depth, width: width, to: packedB[0])
      for row in Swift.stride(from: 0, to: rows, by: rowBlock) {
        let count = min(rowBlock, rows - row)
        a.advanced(row: row, column: start).pack(rows: count, columns: depth, width: 6, to: packedA[0])
        multiply(
          packedA[0], packedB[0], rows: count, columns: columns, depth: depth, adding: adding || start > 0,
          to: result.advanced(by: row * stride), stride: stride)
      }
    }
  }

  /// Runs the kernel for the type of the elements: a vector has 64 bytes.
  private static func multiply<C: RealScalar>(
    _ a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, rows: Int, columns: Int, depth: Int, adding: Bool,
    to result: UncheckedBuffer<C>, stride: Int
  ) {
    func run<Vector: SIMD & BitwiseCopyable>(_: Vector.Type) where Vector.Scalar: RealScalar {
      func rebound(_ buffer: UncheckedBuffer<C>) -> UncheckedBuffer<Vector.Scalar> {
        unsafe UncheckedBuffer(
          UnsafeMutableRawPointer(buffer.pointer).assumingMemoryBound(to: Vector.Scalar.self))
      }
      MatrixKernel<Vector>(
        a: rebound(a), b: rebound(b), rows: rows, columns: columns, depth: depth, result: rebound(result),
        resultStride: stride, adds: adding)(elements: rows * columns * depth)
    }
    if C.self == Float.self { run(SIMD16<Float>.self) } else { run(SIMD8<Double>.self) }
  }
}
