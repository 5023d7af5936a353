internal import RealMath
public import Tensors

/// An argument of a loss, handed out block by block as contiguous numbers of the type that is computed in.
///
/// - Precondition: The storage outlives this value, and only positions of the tensor's shape are asked for.
@safe @frozen @usableFromInline
package struct Operand<S: LossScalar> {
  @usableFromInline package typealias C = S.Computation

  /// The first element, where the elements are contiguous.
  @usableFromInline let start: UnsafePointer<S>?
  /// The elements, where they are not. A reference, since an operand is copied for each block.
  @usableFromInline let strided: StridedElements<S>?

  @export(implementation) @inline(__always)
  init(storage: UnsafeBufferPointer<S>, layout: Layout) {
    let isContiguous = layout.isContiguous
    unsafe start = isContiguous ? storage.baseAddress.map { unsafe $0 + layout.offset } : nil
    strided = unsafe isContiguous ? nil : StridedElements(storage.baseAddress!, layout)
  }

  /// Contiguous elements that are in memory already.
  @export(implementation) @inline(__always)
  package init(_ elements: UncheckedBuffer<S>) {
    unsafe start = UnsafePointer(elements.pointer)
    strided = nil
  }

  /// Whether the elements can be used as and where they are.
  @export(implementation) @inline(__always)
  package var isDirect: Bool { S.self == C.self && strided == nil }

  /// The elements, where they can be used as and where they are.
  @export(implementation) @inline(__always)
  package var elements: UncheckedBuffer<C>? {
    guard isDirect, let start = unsafe start else { return nil }
    return unsafe UncheckedBuffer(reading: UnsafeRawPointer(start).assumingMemoryBound(to: C.self))
  }

  /// Returns the elements at `range`, in row-major order: where they lie if they can be used there, else copied to
  /// `scratch`.
  @export(implementation) @inline(__always)
  package func load(_ range: Range<Int>, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    if range.isEmpty { return scratch }
    if let elements { return elements.advanced(by: range.lowerBound) }
    guard let start = unsafe start else {
      unsafe strided!.copy(range, to: scratch.pointer)
      return scratch
    }
    unsafe Conversion.load(start + range.lowerBound, stride: 1, count: range.count, to: scratch.pointer)
    return scratch
  }

  /// Copies the elements at `positions` of some lines of `length` elements, one line after another.
  @export(implementation) @inline(__always)
  package func copy(
    lines: Range<Int>, of length: Int, at positions: Range<Int>, to memory: UncheckedBuffer<C>
  ) {
    if let strided { return unsafe strided.copy(lines: lines, of: length, at: positions, to: memory.pointer) }
    if positions.count == length {
      _ = load(lines.lowerBound * length..<lines.upperBound * length, scratch: memory)
      return
    }
    for line in lines {
      let start = line * length + positions.lowerBound
      let destination = memory.advanced(by: (line - lines.lowerBound) * positions.count)
      _ = load(start..<start + positions.count, scratch: destination)
    }
  }

  /// The element at a position.
  @export(implementation) @inline(__always)
  package subscript(position: Int) -> C {
    var element: C = 0
    return unsafe withUnsafeMutablePointer(to: &element) { element in
      load(position..<position + 1, scratch: unsafe UncheckedBuffer(element))[0]
    }
  }

  /// Whether it is faster to copy many elements at once than block by block.
  @export(implementation) @inline(__always)
  package var isInterleaved: Bool { S.self == C.self && strided?.isInterleaved ?? false }

  /// Returns the operand with its elements at `range` copied to `scratch`, if that is faster.
  package func staged(_ range: Range<Int>, scratch: UncheckedBuffer<C>) -> Operand {
    guard isInterleaved, let strided else { return self }
    unsafe strided.copy(range, to: scratch.pointer)
    let start = unsafe UnsafeMutableRawPointer(scratch.pointer).assumingMemoryBound(to: S.self)
    return Operand(unsafe UncheckedBuffer(start - range.lowerBound))
  }
}
