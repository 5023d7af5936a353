internal import RealMath
internal import Tensors

/// An argument of a loss, handed out block by block as contiguous numbers of the type that is computed in.
///
/// - Precondition: The storage outlives this value, and only positions of the tensor's shape are asked for.
@safe
package struct Operand<S: LossScalar> {
  package typealias C = S.Computation

  /// The first element, where the elements are contiguous.
  private let start: UnsafePointer<S>?
  /// The elements, where they are not. A reference, since an operand is copied for each block.
  private let strided: StridedElements<S>?

  init(storage: UnsafeBufferPointer<S>, layout: Layout) {
    let isContiguous = layout.isContiguous
    unsafe start = isContiguous ? storage.baseAddress.map { unsafe $0 + layout.offset } : nil
    strided = unsafe isContiguous ? nil : StridedElements(storage.baseAddress!, layout)
  }

  /// Contiguous elements that are in memory already.
  init(_ elements: UncheckedBuffer<S>) {
    unsafe start = UnsafePointer(elements.pointer)
    strided = nil
  }

  /// Whether the elements can be used as and where they are.
  package var isDirect: Bool { S.self == C.self && strided == nil }

  /// Returns the elements at `range`, in row-major order: where they lie if they can be used there, else copied to
  /// `scratch`.
  package func load(_ range: Range<Int>, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    if range.isEmpty { return scratch }
    guard let start = unsafe start else {
      unsafe strided!.copy(range, to: scratch.pointer)
      return scratch
    }
    let first = unsafe start + range.lowerBound
    if isDirect {
      return unsafe UncheckedBuffer(reading: UnsafeRawPointer(first).assumingMemoryBound(to: C.self))
    }
    unsafe Conversion.load(first, stride: 1, count: range.count, to: scratch.pointer)
    return scratch
  }

  /// The element at a position.
  subscript(position: Int) -> C {
    var element: C = 0
    return unsafe withUnsafeMutablePointer(to: &element) { element in
      load(position..<position + 1, scratch: unsafe UncheckedBuffer(element))[0]
    }
  }

  /// Whether it is faster to copy many elements at once than block by block.
  var isInterleaved: Bool { S.self == C.self && strided?.isInterleaved ?? false }

  /// Returns the operand with its elements at `range` copied to `scratch`, if that is faster.
  func staged(_ range: Range<Int>, scratch: UncheckedBuffer<C>) -> Operand {
    guard isInterleaved, let strided else { return self }
    unsafe strided.copy(range, to: scratch.pointer)
    let start = unsafe UnsafeMutableRawPointer(scratch.pointer).assumingMemoryBound(to: S.self)
    return Operand(unsafe UncheckedBuffer(start - range.lowerBound))
  }

  /// Returns the columns of a panel, which are at `columns` among those of `axis`, or their part at some classes.
  ///
  /// - Parameter rows: Memory for the panel before it is transposed.
  /// - Precondition: There is one column where the last axis is that of the classes and these are not all.
  func panel(
    _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>, scratch: UncheckedBuffer<C>,
    rows: UncheckedBuffer<C>
  ) -> Panel<C> {
    let start = axis.position(ofColumn: columns.lowerBound) + classes.lowerBound * axis.inner
    if axis.isInnermost {
      let elements = load(
        start..<start + columns.count * classes.count, scratch: axis.isTransposed ? rows : scratch)
      if !axis.isTransposed { return Panel(origin: elements, lineStride: classes.count) }
      let panel = Panel(origin: scratch, lineStride: columns.count)
      panel.copy(rows: elements, lines: classes.count, length: columns.count)
      return panel
    }
    if isDirect { return Panel(origin: load(start..<start + 1, scratch: scratch), lineStride: axis.inner) }
    for line in 0..<classes.count {
      let first = start + line * axis.inner
      _ = load(first..<first + columns.count, scratch: scratch.advanced(by: line * columns.count))
    }
    return Panel(origin: scratch, lineStride: columns.count)
  }
}
