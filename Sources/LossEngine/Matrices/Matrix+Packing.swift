internal import RealMath

extension Matrix {
  /// Copies some rows in panels of `width` rows, whose elements are neighbours in each column. What is missing in the
  /// last panel is 0.
  func pack(rows: Int, columns: Int, width: Int, to packed: UncheckedBuffer<C>) {
    let (whole, rest) = (rows / width, rows % width)
    let lastPanel = packed.advanced(by: whole * width * columns)
    if rest > 0 { lastPanel.clear(count: width * columns) }
    if columnStride == 1 {
      for row in stride(from: 0, to: rows, by: width) {
        let (panel, count) = (packed.advanced(by: row * columns), min(width, rows - row))
        let source = origin.advanced(by: row * rowStride)
        panel[0] = source.touch(rows: count, stride: rowStride, columns: columns)
        Transposition(
          source: source, sourceStride: rowStride, destination: panel, destinationStride: width
        ).copy(lines: columns, positions: count)
      }
      return
    }
    copyPanels(whole, columns: columns, width: width, to: packed)
    for column in 0..<columns {
      let source = origin.advanced(by: column * columnStride + whole * width)
      for index in 0..<rest { lastPanel[column * width + index] = source[index] }
    }
  }

  /// Copies whole panels, of rows whose elements are neighbours in memory too.
  private func copyPanels(_ panels: Int, columns depth: Int, width: Int, to packed: UncheckedBuffer<C>) {
    @inline(__always)
    func copy(_ copyLine: (_ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer) -> Void) {
      // Some columns at a time, which stay in the first cache.
      Blocks.forEach(in: 0..<depth, size: 8) { columns in
        let source = origin.advanced(by: columns.lowerBound * columnStride)
        let first = packed.advanced(by: columns.lowerBound * width)
        first[0] = source.touch(rows: columns.count, stride: columnStride, columns: panels * width)
        for panel in 0..<panels {
          let (source, destination) = (
            source.advanced(by: panel &* width), first.advanced(by: panel &* width &* depth)
          )
          for column in 0..<columns.count {
            unsafe copyLine(
              UnsafeRawPointer(source.pointer + column &* columnStride),
              UnsafeMutableRawPointer(destination.pointer + column &* width))
          }
        }
      }
    }
    @inline(__always)
    func copy<Part: BitwiseCopyable>(
      _: Part.Type, _ source: UnsafeRawPointer, _ destination: UnsafeMutableRawPointer
    ) {
      unsafe destination.storeBytes(of: source.loadUnaligned(as: Part.self), as: Part.self)
    }
    // By the bytes of a line.
    switch width * MemoryLayout<C>.stride {
    case 24:
      unsafe copy {
        unsafe copy(SIMD2<UInt64>.self, $0, $1)
        unsafe copy(UInt64.self, $0 + 16, $1 + 16)
      }
    case 48:
      unsafe copy {
        unsafe copy(SIMD4<UInt64>.self, $0, $1)
        unsafe copy(SIMD2<UInt64>.self, $0 + 32, $1 + 32)
      }
    default: unsafe copy { unsafe copy(SIMD8<UInt64>.self, $0, $1) }
    }
  }
}

extension UncheckedBuffer where Element: RealScalar {
  /// Reads an element of each cache line of some rows: loads that don't wait for one another bring the lines faster than the
  /// work that follows would. The sum that it returns is stored where something else will be, so that nothing is left out.
  fileprivate func touch(rows: Int, stride: Int, columns: Int) -> Element {
    var sum: Element = 0
    for row in 0..<rows {
      let line = advanced(by: row &* stride)
      var column = 0
      while column < columns {
        sum += line[column]
        column &+= 64 / MemoryLayout<Element>.stride
      }
    }
    return sum
  }
}
