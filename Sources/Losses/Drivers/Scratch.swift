/// Memory for intermediate numbers of one thread, in slots of equal size. Who uses a slot keeps to that size.
@safe @usableFromInline
struct Scratch<Number: BitwiseCopyable> {
  @usableFromInline let allocation: UnsafeMutableRawPointer
  @usableFromInline let memory: UnsafeMutablePointer<Number>
  @usableFromInline let slotSize: Int

  /// Where a line of the cache begins. Vectors that lie in two lines take longer.
  @inlinable @inline(__always)
  static var alignment: Int { 64 }

  @inlinable @inline(__always)
  init(slots: Int, slotSize: Int) {
    // An allocation of that alignment would take longer than one of more bytes.
    let size = slots * slotSize * MemoryLayout<Number>.stride
    unsafe allocation = .allocate(byteCount: size + Self.alignment, alignment: MemoryLayout<Int>.alignment)
    let start = unsafe allocation.alignedUp(toMultipleOf: Self.alignment)
    unsafe memory = start.bindMemory(to: Number.self, capacity: slots * slotSize)
    self.slotSize = slotSize
  }

  @inlinable @inline(__always)
  func deallocate() { unsafe allocation.deallocate() }

  @inlinable @inline(__always)
  subscript(slot: Int) -> UnsafeMutablePointer<Number> { unsafe memory + slot * slotSize }

  /// The numbers of a slot.
  @inlinable @inline(__always)
  func numbers(_ slot: Int) -> Numbers<Number> { unsafe Numbers(self[slot]) }
}

/// Numbers in memory, such as one for each column of a panel, for each class, or for each element of a vector.
///
/// Who makes one answers for its memory, who uses it for the indices.
@safe @usableFromInline
struct Numbers<Number: BitwiseCopyable> {
  @usableFromInline let memory: UnsafeMutablePointer<Number>

  @inlinable @inline(__always)
  init(_ memory: UnsafeMutablePointer<Number>) { unsafe self.memory = memory }

  @inlinable @inline(__always)
  subscript(index: Int) -> Number {
    get { unsafe memory[index] }
    nonmutating set { unsafe memory[index] = newValue }
  }

  /// The numbers from an index on.
  @inlinable @inline(__always)
  func advanced(by count: Int) -> Numbers { unsafe Numbers(memory + count) }

  /// Sets the first `count` numbers to 0.
  @inlinable @inline(__always)
  func clear(count: Int) where Number: BinaryFloatingPoint {
    unsafe memory.update(repeating: 0, count: count)
  }
}

extension Numbers<Double> {
  /// The number at an index and its neighbour.
  @inline(__always)
  subscript(pairAt index: Int) -> SIMD2<Double> {
    get { unsafe UnsafeRawPointer(memory + index).loadUnaligned(as: SIMD2<Double>.self) }
    nonmutating set {
      unsafe UnsafeMutableRawPointer(memory + index).storeBytes(of: newValue, as: SIMD2<Double>.self)
    }
  }
}
