internal import RealMath
internal import Tensors

// Arguments and results of the drivers, block by block. What both rely on: the storage stays where it is while they
// are used, and a driver asks for positions of the tensor's shape only.

/// An argument of a loss, handed out as contiguous numbers of the type that is computed in.
@safe
struct Operand<S: LossScalar> {
  private let storage: UnsafeBufferPointer<S>
  private let layout: Layout
  private let isContiguous: Bool

  init(storage: UnsafeBufferPointer<S>, layout: Layout) {
    unsafe self.storage = storage
    isContiguous = layout.isContiguous
    self.layout = isContiguous ? layout : layout.merged
  }

  /// Whether the elements can be used as and where they are.
  var isDirect: Bool { S.self == S.Computation.self && isContiguous }

  /// The elements at `range`, which counts in row-major order: where they lie if they can be used as they are, else
  /// copied to `scratch`.
  func load(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> UnsafePointer<S.Computation>
  {
    if range.isEmpty { return unsafe UnsafePointer(scratch) }
    if isContiguous {
      let start = unsafe storage.baseAddress! + layout.offset + range.lowerBound
      if isDirect { return unsafe UnsafeRawPointer(start).assumingMemoryBound(to: S.Computation.self) }
      unsafe convert(start, stride: 1, count: range.count, to: scratch)
    } else {
      unsafe copy(range, to: scratch)
    }
    return unsafe UnsafePointer(scratch)
  }

  /// Whether it is faster to copy many elements at once than in parts.
  var isInterleaved: Bool { S.self == S.Computation.self && !isDirect && layout.interleavedLines != nil }

  /// The operand with its elements at `range` copied to `scratch`, if that is faster.
  func staged(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> Operand {
    guard isInterleaved else { return self }
    unsafe copy(range, to: scratch)
    var staged = Layout(rowMajor: [range.count])
    staged.offset = -range.lowerBound
    let start = unsafe UnsafeRawPointer(scratch).assumingMemoryBound(to: S.self)
    return unsafe Operand(storage: UnsafeBufferPointer(start: start, count: range.count), layout: staged)
  }

  private func copy(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    let length = layout.shape.last!
    let (firstWhole, lastWhole) = ((range.lowerBound + length - 1) / length, range.upperBound / length)
    guard firstWhole + 1 < lastWhole, let lines = layout.interleavedLines else {
      return unsafe copyRuns(range, to: memory)
    }
    let whole = firstWhole * length..<lastWhole * length
    unsafe copyRuns(range.lowerBound..<whole.lowerBound, to: memory)
    unsafe copy(firstWhole..<lastWhole, of: lines, to: memory + (whole.lowerBound - range.lowerBound))
    unsafe copyRuns(whole.upperBound..<range.upperBound, to: memory + (whole.upperBound - range.lowerBound))
  }

  /// Copies whole lines position by position, to read what is close together at once.
  private func copy(_ range: Range<Int>, of lines: Layout, to memory: UnsafeMutablePointer<S.Computation>) {
    let (length, stride) = (layout.shape.last!, layout.strides.last!)
    let origin = unsafe storage.baseAddress! + layout.offset
    var next = unsafe memory
    lines.forEachRun(in: range) { run in
      let start = unsafe origin + run.start
      let copied =
        run.stride == 1
        ? unsafe Squares.transpose(start, stride: stride, to: next, lines: run.count, length: length)
        : (lines: 0, length: 0)
      for position in 0..<length {
        let start = unsafe start + position * stride
        for line in (position < copied.length ? copied.lines : 0)..<run.count {
          unsafe next[line &* length &+ position] = start[line &* run.stride].computation
        }
      }
      unsafe next += run.count * length
    }
  }

  private func copyRuns(_ range: Range<Int>, to memory: UnsafeMutablePointer<S.Computation>) {
    let origin = unsafe storage.baseAddress! + layout.offset
    var next = unsafe memory
    layout.forEachRun(in: range) { run in
      unsafe convert(origin + run.start, stride: run.stride, count: run.count, to: next)
      unsafe next += run.count
    }
  }

  /// Copies elements that lie `stride` apart.
  private func convert(
    _ start: UnsafePointer<S>, stride: Int, count: Int, to memory: UnsafeMutablePointer<S.Computation>
  ) {
    let copied = unsafe Eights.load(start, stride: stride, count: count, to: memory)
    if stride == 1 {
      for index in copied..<count { unsafe memory[index] = start[index].computation }
    } else {
      for index in copied..<count { unsafe memory[index] = start[index &* stride].computation }
    }
  }

  /// `load(_:scratch:)`, as numbers.
  func numbers(_ range: Range<Int>, scratch: Numbers<S.Computation>) -> Numbers<S.Computation> {
    unsafe Numbers(UnsafeMutablePointer(mutating: load(range, scratch: scratch.memory)))
  }

  /// The columns of a panel, which are at `columns` among those of `axis`.
  func panel(
    _ columns: Range<Int>, of axis: ClassAxis, scratch: UnsafeMutablePointer<S.Computation>
  ) -> Panel<S.Computation> {
    let start = axis.position(ofColumn: columns.lowerBound)
    if axis.inner == 1 {
      let elements = unsafe load(start..<start + columns.count * axis.classes, scratch: scratch)
      return unsafe Panel(origin: UnsafeMutablePointer(mutating: elements), lineStride: axis.classes)
    }
    if isDirect {
      let elements = unsafe load(start..<start + 1, scratch: scratch)
      return unsafe Panel(origin: UnsafeMutablePointer(mutating: elements), lineStride: axis.inner)
    }
    for line in 0..<axis.classes {
      let first = start + line * axis.inner
      _ = unsafe load(first..<first + columns.count, scratch: scratch + line * columns.count)
    }
    return unsafe Panel(origin: scratch, lineStride: columns.count)
  }
}

extension Layout {
  /// The first elements of the lines along the last axis, if neighbouring lines lie closer together than neighbours
  /// in a line, as in a transposed matrix.
  fileprivate var interleavedLines: Layout? {
    let inner = shape.count - 1
    guard inner > 0, strides[inner].magnitude > strides[inner - 1].magnitude else { return nil }
    return Layout(shape: Shape(shape.dropLast()), strides: Strides(strides.dropLast()), offset: offset)
  }
}
