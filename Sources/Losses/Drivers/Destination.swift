internal import RealMath
internal import Tensors

/// A result of a loss, which is contiguous and in row-major order.
///
/// Its storage stays where it is as long as there is a destination, a driver asks for positions of its shape only, and
/// scratch has room for what is asked for.
@safe @usableFromInline
struct Destination<S: LossScalar> {
  private let storage: UnsafeMutableBufferPointer<S>

  /// Whether results are computed where they belong.
  static var isDirect: Bool { S.self == S.Computation.self }

  init(_ storage: UnsafeMutableBufferPointer<S>) {
    unsafe self.storage = storage
  }

  /// Where to compute the elements from `position` on: their own place if it can hold them, else `scratch`.
  func memory(
    from position: Int, scratch: UnsafeMutablePointer<S.Computation>
  ) -> UnsafeMutablePointer<S.Computation> {
    guard Self.isDirect else { return unsafe scratch }
    return unsafe UnsafeMutableRawPointer(storage.baseAddress! + position)
      .assumingMemoryBound(to: S.Computation.self)
  }

  /// `memory(from:scratch:)`, as numbers.
  func numbers(from position: Int, scratch: Numbers<S.Computation>) -> Numbers<S.Computation> {
    unsafe Numbers(memory(from: position, scratch: scratch.memory))
  }

  /// Puts what was computed in `memory(from:scratch:)` in its place.
  func store(_ range: Range<Int>, from memory: UnsafeMutablePointer<S.Computation>) {
    guard !Self.isDirect, !range.isEmpty else { return }
    let start = unsafe storage.baseAddress! + range.lowerBound
    unsafe Conversion.store(memory, count: range.count, to: start)
  }

  /// Puts what was computed in `numbers(from:scratch:)` in its place.
  func store(_ range: Range<Int>, from numbers: Numbers<S.Computation>) {
    unsafe store(range, from: numbers.memory)
  }

  /// Where to compute the columns of a panel.
  func panel(
    _ columns: Range<Int>, of axis: ClassAxis, scratch: UnsafeMutablePointer<S.Computation>
  ) -> Panel<S.Computation> {
    let memory = unsafe memory(from: axis.position(ofColumn: columns.lowerBound), scratch: scratch)
    let lineStride = axis.inner == 1 ? axis.classes : Self.isDirect ? axis.inner : columns.count
    return unsafe Panel(origin: memory, lineStride: lineStride)
  }

  /// Puts what was computed in `panel(_:of:scratch:)` in its place.
  func store(_ panel: Panel<S.Computation>, _ columns: Range<Int>, of axis: ClassAxis) {
    if Self.isDirect { return }
    let start = axis.position(ofColumn: columns.lowerBound)
    if axis.inner == 1 {
      unsafe store(start..<start + columns.count * axis.classes, from: panel.line(0))
    } else {
      for line in 0..<axis.classes {
        let first = start + line * axis.inner
        unsafe store(first..<first + columns.count, from: panel.line(line))
      }
    }
  }
}
