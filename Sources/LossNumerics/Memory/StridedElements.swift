internal import RealMath
public import Tensors

/// The elements of an argument that are not contiguous.
///
/// - Precondition: The storage outlives this object, positions are those of the layout, and memory has room for them.
@safe @usableFromInline
package final class StridedElements<S: LossScalar> {
  private let origin: UnsafePointer<S>
  private let layout: Layout
  private let lines: Layout?

  @usableFromInline
  init(_ storage: UnsafePointer<S>, _ layout: Layout) {
    self.layout = layout.merged
    lines = self.layout.interleavedLines
    unsafe origin = storage + layout.offset
  }

  /// Whether neighbouring lines lie closer together than neighbours in a line.
  @usableFromInline var isInterleaved: Bool { lines != nil }

  /// Copies the elements at `range`, which counts in row-major order.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func copy(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    let length = layout.shape.last!
    guard let lines, range.count >= 2 * length else { return unsafe copyRuns(range, to: memory) }
    let (firstLine, start) = range.lowerBound.quotientAndRemainder(dividingBy: length)
    let (lastLine, end) = range.upperBound.quotientAndRemainder(dividingBy: length)
    if length < Self.longLine || lines.strides.last == 0 {
      let whole = firstLine + (start > 0 ? 1 : 0)..<lastLine
      let (first, last) = (whole.lowerBound * length, whole.upperBound * length)
      unsafe copyRuns(range.lowerBound..<first, to: memory)
      unsafe copy(
        whole, of: lines, at: run(0..<length), to: memory + (first - range.lowerBound), lineStride: length)
      return unsafe copyRuns(last..<range.upperBound, to: memory + (last - range.lowerBound))
    }
    // Where the range begins or ends inside a line, the number of lines differs from position to position.
    var first = 0
    while first < length {
      let next =
        first < min(start, end) ? min(start, end) : first < max(start, end) ? max(start, end) : length
      let band = firstLine + (first < start ? 1 : 0)..<lastLine + (first < end ? 1 : 0)
      let offset = band.lowerBound * length + first - range.lowerBound
      unsafe copy(band, of: lines, at: run(first..<next), to: memory + offset, lineStride: length)
      first = next
    }
  }

  /// From this length on, unless lines repeat, those that a range holds in part are copied together with the others.
  private static var longLine: Int { 32 }

  /// Copies the elements at `positions` of some lines of `length` elements, one line after another.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  @specialized(where S == BFloat16)
  func copy(
    lines range: Range<Int>, of length: Int, at positions: Range<Int>,
    to memory: UnsafeMutablePointer<S.Computation>
  ) {
    if let (lines, line) = layout.split(lineLength: length), lines.isCloser(than: line) {
      var position = 0
      line.forEachRun(in: positions) { run in
        unsafe copy(
          range, of: lines, at: run, to: memory + position, lineStride: positions.count)
        position += run.count
      }
      return
    }
    if positions.count == length {
      return unsafe copy(range.lowerBound * length..<range.upperBound * length, to: memory)
    }
    for line in range {
      let start = line * length + positions.lowerBound
      let destination = unsafe memory + (line - range.lowerBound) * positions.count
      unsafe copy(start..<start + positions.count, to: destination)
    }
  }

  /// Some positions along the last axis.
  private func run(_ positions: Range<Int>) -> Layout.Run {
    let stride = layout.strides.last!
    return Layout.Run(start: positions.lowerBound * stride, stride: stride, count: positions.count)
  }

  /// Copies lines position by position, so that what is close together is read at once.
  private func copy(
    _ range: Range<Int>, of lines: Layout, at positions: Layout.Run,
    to memory: UnsafeMutablePointer<S.Computation>, lineStride: Int
  ) {
    var next = unsafe memory
    lines.forEachRun(in: range) { run in
      let start = unsafe origin + (run.start + positions.start)
      let destination = unsafe UncheckedBuffer(next)
      if run.stride == 0, positions.count == lineStride {
        unsafe repeatLine(start, positions, count: run.count, to: next)
      } else if S.self == S.Computation.self, run.stride == 1 {
        let start = unsafe UnsafeRawPointer(start).assumingMemoryBound(to: S.Computation.self)
        Transposition(
          source: unsafe UncheckedBuffer(reading: start), sourceStride: positions.stride,
          destination: destination, destinationStride: lineStride
        ).copy(lines: run.count, positions: positions.count)
      } else if run.count >= Self.tileSize {
        unsafe copyTiles(start, lines: run, positions, to: destination, lineStride: lineStride)
      } else {
        for position in 0..<positions.count {
          let start = unsafe start + position * positions.stride
          for line in 0..<run.count {
            unsafe next[line &* lineStride &+ position] = start[line &* run.stride].computation
          }
        }
      }
      unsafe next += run.count * lineStride
    }
  }

  /// Copies a line so many times: once from where it is, and then what has been copied, twice as much each time.
  private func repeatLine(
    _ start: UnsafePointer<S>, _ positions: Layout.Run, count: Int,
    to memory: UnsafeMutablePointer<S.Computation>
  ) {
    let size = count * positions.count
    unsafe Conversion.load(start, stride: positions.stride, count: positions.count, to: memory)
    var copied = positions.count
    while copied < size {
      let next = min(copied, size - copied)
      unsafe (memory + copied).update(from: memory, count: next)
      copied += next
    }
  }

  /// Copies lines whose elements at a position are converted, or not neighbours, square by square.
  private func copyTiles(
    _ start: UnsafePointer<S>, lines: Layout.Run, _ positions: Layout.Run,
    to destination: UncheckedBuffer<S.Computation>, lineStride: Int
  ) {
    let size = Self.tileSize
    let scratch = Scratch<S.Computation>(slots: 1, slotSize: size * size)
    defer { scratch.deallocate() }
    let tile = scratch[0]
    Blocks.forEach(in: 0..<positions.count, size: size) { columns in
      Blocks.forEach(in: 0..<lines.count, size: size) { rows in
        for column in columns {
          unsafe Conversion.load(
            start + (rows.lowerBound * lines.stride + column * positions.stride), stride: lines.stride,
            count: rows.count, to: tile.advanced(by: (column - columns.lowerBound) * size).pointer)
        }
        Transposition(
          source: tile, sourceStride: size,
          destination: destination.advanced(by: rows.lowerBound * lineStride + columns.lowerBound),
          destinationStride: lineStride
        ).copy(lines: rows.count, positions: columns.count)
      }
    }
  }

  /// The lines and positions of a square that the nearest cache holds.
  private static var tileSize: Int { 64 }

  private func copyRuns(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    var next = unsafe memory
    layout.forEachRun(in: range) { run in
      unsafe Conversion.load(origin + run.start, stride: run.stride, count: run.count, to: next)
      unsafe next += run.count
    }
  }
}

extension Layout {
  /// The first elements of the lines along the last axis, if neighbouring lines lie closer together than neighbours
  /// in a line, as in a transposed matrix.
  fileprivate var interleavedLines: Layout? {
    let inner = shape.count - 1
    guard inner > 0, let (lines, line) = split(lineLength: shape[inner]), lines.isCloser(than: line) else {
      return nil
    }
    return lines
  }

  /// Returns the first elements of the lines along the last axes, which have `lineLength` elements, and such a line; or `nil`
  /// where there is but one line, or it ends within an axis.
  fileprivate func split(lineLength: Int) -> (lines: Layout, line: Layout)? {
    var (axis, length) = (shape.count, 1)
    while axis > 0, length < lineLength {
      axis -= 1
      length *= shape[axis]
    }
    if length != lineLength || axis == 0 || axis == shape.count { return nil }
    return (
      Layout(shape: Shape(shape[..<axis]), strides: Strides(strides[..<axis]), offset: offset),
      Layout(shape: Shape(shape[axis...]), strides: Strides(strides[axis...]), offset: 0)
    )
  }

  /// Whether neighbours along the last axis lie closer together than those of another layout.
  fileprivate func isCloser(than other: Layout) -> Bool {
    strides.last!.magnitude < other.strides.last!.magnitude
  }
}
