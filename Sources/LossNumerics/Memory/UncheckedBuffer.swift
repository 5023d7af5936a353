/// Numbers in memory, such as one for each column, for each class, or for each element of a vector.
///
/// - Precondition: The memory outlives this value. Indices are not checked.
@safe @frozen @usableFromInline
package struct UncheckedBuffer<Element: BitwiseCopyable> {
  @usableFromInline package let pointer: UnsafeMutablePointer<Element>

  @export(implementation) @inline(__always)
  package init(_ pointer: UnsafeMutablePointer<Element>) { unsafe self.pointer = pointer }

  /// Memory that is only read.
  @export(implementation) @inline(__always)
  package init(reading pointer: UnsafePointer<Element>) {
    unsafe self.pointer = UnsafeMutablePointer(mutating: pointer)
  }

  @export(implementation) @inline(__always)
  package subscript(index: Int) -> Element {
    get { unsafe pointer[index] }
    nonmutating set { unsafe pointer[index] = newValue }
  }

  /// Returns the elements from `count` on.
  @export(implementation) @inline(__always)
  package func advanced(by count: Int) -> UncheckedBuffer { unsafe UncheckedBuffer(pointer + count) }

  /// Sets the first `count` elements to `value`.
  @export(implementation) @inline(__always)
  package func fill(_ value: Element, count: Int) { unsafe pointer.update(repeating: value, count: count) }

  /// Sets the first `count` numbers to 0.
  @export(implementation) @inline(__always)
  package func clear(count: Int) where Element: BinaryFloatingPoint { fill(0, count: count) }
}
