/// Memory for intermediate numbers of one thread, in slots of equal size.
@unsafe
struct Scratch<C> {
  private let memory: UnsafeMutablePointer<C>
  private let slotSize: Int

  init(slots: Int, slotSize: Int) {
    unsafe memory = .allocate(capacity: slots * slotSize)
    unsafe self.slotSize = slotSize
  }

  func deallocate() { unsafe memory.deallocate() }

  subscript(slot: Int) -> UnsafeMutablePointer<C> { unsafe memory + slot * slotSize }
}
