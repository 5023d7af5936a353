package import RealMath

/// The product of two matrices.
///
/// The depth is cut into blocks of 256. The sum over a block is rounded product by product in the type of the elements,
/// and added to the sum over the blocks before it. Other blocks do not change bits, nor does the number of threads.
package enum MatrixProduct {
  private static var depthBlock: Int { 256 }

  /// The largest part of the result that a thread computes at a time. The packed block of the right matrix stays in the
  /// second cache, and a panel of it in the first.
  private static var rowChunk: Int { 384 }
  private static var columnChunk: Int { 256 }
  /// The smallest part: packing takes longer the smaller they are.
  private static var leastRowChunk: Int { 48 }
  private static var leastColumnChunk: Int { 64 }
  /// From how many parts for each thread on it does not matter that threads get different numbers of them.
  private static var evenParts: Int { 4 }
  private static var tileRows: Int { MatrixKernel<SIMD16<Float>>.tileRows }
  /// How many rows of the left matrix are packed at a time: a multiple of those of a tile.
  private static var rowBlock: Int { 96 }

  /// About how many elements of a matrix that cannot be used where it lies are copied at a time.
  static var copiedElements: Int { 1 << 20 }

  /// Returns how many rows to copy at a time where products sum over rows: a multiple of the blocks of the depth, so
  /// that the sums are the same as if all were copied at once.
  static func copiedRows(columns: Int) -> Int {
    max(copiedElements / max(columns, 1) / depthBlock * depthBlock, depthBlock)
  }

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
    // A multiplication and an addition take about a 40th of a nanosecond.
    let cost = Double(rows) * Double(columns) * Double(depth + 1) / 40
    let threads = Parallelism.threads(worthwhileFor: cost)
    let (rowChunk, columnChunk) = chunks(rows: rows, columns: columns, threads: threads)
    let rowChunks = (rows - 1) / rowChunk + 1
    let columnChunks = (columns - 1) / columnChunk + 1
    Parallelism.forEachChunk(of: rowChunks * columnChunks, chunkSize: 1, cost: cost) { chunk in
      let (columnPart, rowPart) = chunk.lowerBound.quotientAndRemainder(dividingBy: rowChunks)
      let (row, column) = (rowPart * rowChunk, columnPart * columnChunk)
      computePart(
        a.advanced(row: row, column: 0), b.advanced(row: 0, column: column),
        rows: min(rowChunk, rows - row), columns: min(columnChunk, columns - column), depth: depth,
        adding: adding, to: result.advanced(by: row * stride + column), stride: stride)
    }
  }

  /// Returns a number of rows, at most so many but one at least, that leaves no part of a tile empty if it can.
  static func evenRows(_ rows: Int) -> Int { rows < tileRows ? max(1, rows) : rows / tileRows * tileRows }

  /// Returns the size of the parts that threads share, as evenly as can be.
  private static func chunks(rows: Int, columns: Int, threads: Int) -> (rows: Int, columns: Int) {
    var (rowParts, columnParts) = ((rows - 1) / rowChunk + 1, (columns - 1) / columnChunk + 1)
    while rowParts * columnParts % threads != 0, rowParts * columnParts < evenParts * threads {
      let (height, width) = (rows / rowParts / 2, columns / columnParts / 2)
      if height >= leastRowChunk, height >= width || width < leastColumnChunk {
        rowParts *= 2
      } else if width >= leastColumnChunk {
        columnParts *= 2
      } else {
        break
      }
    }
    // Multiples of a tile of either type, since what is missing in a tile is computed nevertheless.
    func chunk(_ length: Int, _ parts: Int, multipleOf tile: Int) -> Int {
      let tiles = (length - 1) / tile + 1
      return ((tiles - 1) / parts + 1) * tile
    }
    return (chunk(rows, rowParts, multipleOf: tileRows), chunk(columns, columnParts, multipleOf: 16))
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
        a.advanced(row: row, column: start).pack(rows: count, columns: depth, width: tileRows, to: packedA[0])
        multiply(
          packedA[0], packedB[0], rows: count, columns: columns, depth: depth, adding: adding || start > 0,
          to: result.advanced(by: row * stride), stride: stride)
      }
    }
  }

  /// Runs the kernel for the type of the elements: a vector has 64 bytes. The one for wide vectors runs whatever the size,
  /// since it rounds otherwise than the portable one.
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
        resultStride: stride, adds: adding)(elements: .max)
    }
    if C.self == Float.self { run(SIMD16<Float>.self) } else { run(SIMD8<Double>.self) }
  }
}
