internal import Tensors

/// Memory for the intermediate numbers of one thread, in slots of equal size.
///
/// The user of a slot keeps to its size.
@safe @frozen @usableFromInline
package struct Scratch<Element: BitwiseCopyable> {
  @usableFromInline let allocation: UnsafeMutableRawPointer
  @usableFromInline let memory: UnsafeMutablePointer<Element>
  @usableFromInline let slotSize: Int

  /// The size of a cache line. A vector that straddles two lines takes longer to load.
  @export(implementation) @inline(__always)
  static var alignment: Int { 64 }

  @export(implementation) @inline(__always)
  package init(slots: Int, slotSize: Int) {
    // Allocating with that alignment would take longer than allocating a few bytes more.
    let size = slots * slotSize * MemoryLayout<Element>.stride
    unsafe allocation = .allocate(byteCount: size + Self.alignment, alignment: MemoryLayout<Int>.alignment)
    let start = unsafe allocation.alignedUp(toMultipleOf: Self.alignment)
    unsafe memory = start.bindMemory(to: Element.self, capacity: slots * slotSize)
    self.slotSize = slotSize
  }

  @export(implementation) @inline(__always)
  package func deallocate() { unsafe allocation.deallocate() }

  @export(implementation) @inline(__always)
  package subscript(slot: Int) -> UncheckedBuffer<Element> {
    unsafe UncheckedBuffer(memory + slot * slotSize)
  }

  /// Asks the system to use huge pages for so many slots, before they are written to.
  @usableFromInline
  package func useHugePages(slots: Int) {
    let size = slots * slotSize * MemoryLayout<Element>.stride
    unsafe HugePages.advise(for: UnsafeRawBufferPointer(start: memory, count: size))
  }
}
