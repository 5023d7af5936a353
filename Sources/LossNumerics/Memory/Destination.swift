internal import RealMath
internal import Tensors

/// A result of a loss, contiguous and in row-major order, which is overwritten or added to.
///
/// It may also be the numbers as they are computed, of some positions only, for what is made of them afterwards.
///
/// - Precondition: The storage outlives this value, only positions of its shape are asked for, and scratch has room for
///   what is asked for.
@safe @frozen @usableFromInline
package struct Destination<S: LossScalar> {
  @usableFromInline package typealias C = S.Computation

  @usableFromInline package let storage: UnsafeMutablePointer<S>
  /// Whether results are added to what is there.
  @usableFromInline package let accumulates: Bool
  /// Whether the storage holds numbers of the type that is computed in.
  @usableFromInline let isUnrounded: Bool

  @export(implementation) @inline(__always)
  package init(_ storage: UnsafeMutablePointer<S>, accumulates: Bool = false) {
    unsafe self.storage = storage
    self.accumulates = accumulates
    isUnrounded = S.self == S.Computation.self
  }

  /// The numbers as they are computed, of the positions from `start` on.
  @export(implementation) @inline(__always)
  package init(unrounded numbers: UncheckedBuffer<C>, from start: Int) {
    unsafe storage = UnsafeMutableRawPointer(numbers.pointer - start).assumingMemoryBound(to: S.self)
    accumulates = false
    isUnrounded = true
  }

  /// Whether results are computed in their place. Otherwise they are computed in scratch memory, and converted or
  /// added to their place while they are in the cache.
  @export(implementation) @inline(__always)
  package var isDirect: Bool { isUnrounded && !accumulates }

  /// Returns where to compute the elements from `position` on.
  @export(implementation) @inline(__always)
  package func buffer(from position: Int, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    guard isDirect else { return scratch }
    return unsafe UncheckedBuffer(
      UnsafeMutableRawPointer(storage).assumingMemoryBound(to: C.self) + position)
  }

  /// The memory of the results from `position` on, as room for half as many numbers that are still to be rounded to them; `nil`
  /// where it must keep what it holds, or does not suit such numbers.
  package func roomForNumbers(from position: Int) -> UncheckedBuffer<C>? {
    let start = unsafe UnsafeMutableRawPointer(storage + position)
    let isSuitable =
      MemoryLayout<C>.stride <= 2 * MemoryLayout<S>.stride
      && UInt(bitPattern: start) % UInt(MemoryLayout<C>.alignment) == 0
    if isUnrounded || accumulates || !isSuitable { return nil }
    return unsafe UncheckedBuffer(start.assumingMemoryBound(to: C.self))
  }

  /// Puts what was computed in `buffer(from:scratch:)` in its place.
  @export(implementation) @inline(__always)
  package func store(_ range: Range<Int>, from buffer: UncheckedBuffer<C>) {
    guard !isDirect, !range.isEmpty else { return }
    let start = unsafe storage + range.lowerBound
    if accumulates {
      unsafe Conversion.add(buffer.pointer, count: range.count, to: start)
    } else {
      unsafe Conversion.store(buffer.pointer, count: range.count, to: start)
    }
  }

  /// Puts a single number in its place.
  @export(implementation) @inline(__always)
  package func store(_ number: Double, at position: Int) {
    let scratch = Scratch<C>(slots: isDirect ? 0 : 1, slotSize: 1)
    defer { scratch.deallocate() }
    let place = buffer(from: position, scratch: scratch[0])
    place[0] = C(number)
    store(position..<position + 1, from: place)
  }
}
