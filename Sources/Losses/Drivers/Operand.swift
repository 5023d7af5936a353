internal import RealMath
internal import Tensors

// Arguments and results of the drivers, block by block. What both rely on: the storage stays where it is while they
// are used, and a driver asks for positions of the tensor's shape only.

/// An argument of a loss, handed out as contiguous numbers of the type that is computed in.
@safe
struct Operand<S: LossScalar> {
  /// Where the elements begin, if they lie one after another.
  private let start: UnsafePointer<S>?
  /// The elements that do not. In an object, since an operand is copied for each block.
  private let strided: StridedElements<S>?

  init(storage: UnsafeBufferPointer<S>, layout: Layout) {
    let isContiguous = layout.isContiguous
    unsafe start = isContiguous ? storage.baseAddress.map { unsafe $0 + layout.offset } : nil
    strided = unsafe isContiguous ? nil : StridedElements(storage.baseAddress!, layout)
  }

  /// Whether the elements can be used as and where they are.
  var isDirect: Bool { S.self == S.Computation.self && strided == nil }

  /// The elements at `range`, which counts in row-major order: where they lie if they can be used as they are, else
  /// copied to `scratch`.
  func load(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> UnsafePointer<S.Computation>
  {
    if range.isEmpty { return unsafe UnsafePointer(scratch) }
    guard let start = unsafe start else {
      unsafe strided!.copy(range, to: scratch)
      return unsafe UnsafePointer(scratch)
    }
    let first = unsafe start + range.lowerBound
    if isDirect { return unsafe UnsafeRawPointer(first).assumingMemoryBound(to: S.Computation.self) }
    unsafe Conversion.load(first, stride: 1, count: range.count, to: scratch)
    return unsafe UnsafePointer(scratch)
  }

  /// Whether it is faster to copy many elements at once than in parts.
  var isInterleaved: Bool { S.self == S.Computation.self && strided?.isInterleaved ?? false }

  /// The operand with its elements at `range` copied to `scratch`, if that is faster.
  func staged(_ range: Range<Int>, scratch: UnsafeMutablePointer<S.Computation>) -> Operand {
    guard isInterleaved, let strided else { return self }
    unsafe strided.copy(range, to: scratch)
    var staged = Layout(rowMajor: [range.count])
    staged.offset = -range.lowerBound
    let start = unsafe UnsafeRawPointer(scratch).assumingMemoryBound(to: S.self)
    return unsafe Operand(storage: UnsafeBufferPointer(start: start, count: range.count), layout: staged)
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
