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
  package typealias C = S.Computation

  @usableFromInline let storage: UnsafeMutablePointer<S>
  /// Whether results are added to what is there.
  @usableFromInline package let accumulates: Bool
  /// Whether the storage holds numbers of the type that is computed in.
  @usableFromInline let isUnrounded: Bool

  @inlinable
  package init(_ storage: UnsafeMutablePointer<S>, accumulates: Bool = false) {
    unsafe self.storage = storage
    self.accumulates = accumulates
    isUnrounded = S.self == S.Computation.self
  }

  /// The numbers as they are computed, of the positions from `start` on.
  package init(unrounded numbers: UncheckedBuffer<C>, from start: Int) {
    unsafe storage = UnsafeMutableRawPointer(numbers.pointer - start).assumingMemoryBound(to: S.self)
    accumulates = false
    isUnrounded = true
  }

  /// Whether results are computed in their place. Otherwise they are computed in scratch memory, and converted or
  /// added to their place while they are in the cache.
  package var isDirect: Bool { isUnrounded && !accumulates }

  /// Returns where to compute the elements from `position` on.
  package func buffer(from position: Int, scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C> {
    guard isDirect else { return scratch }
    return unsafe UncheckedBuffer(
      UnsafeMutableRawPointer(storage).assumingMemoryBound(to: C.self) + position)
  }

  /// Puts what was computed in `buffer(from:scratch:)` in its place.
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
  package func store(_ number: Double, at position: Int) {
    let scratch = Scratch<C>(slots: isDirect ? 0 : 1, slotSize: 1)
    defer { scratch.deallocate() }
    let place = buffer(from: position, scratch: scratch[0])
    place[0] = C(number)
    store(position..<position + 1, from: place)
  }

  /// Returns where to compute the columns of a panel, or their part at some classes.
  ///
  /// - Precondition: There is one column where the last axis is that of the classes and these are not all.
  func panel(
    _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>, scratch: UncheckedBuffer<C>
  ) -> Panel<C> {
    if axis.isTransposed { return Panel(origin: scratch, lineStride: columns.count) }
    let start = axis.position(ofColumn: columns.lowerBound) + classes.lowerBound * axis.inner
    let origin = buffer(from: start, scratch: scratch)
    return Panel(
      origin: origin, lineStride: axis.isInnermost ? classes.count : isDirect ? axis.inner : columns.count)
  }

  /// Puts what was computed in `panel(_:of:classes:scratch:)` in its place.
  ///
  /// - Parameter rows: Memory for the panel after it is transposed.
  func store(
    _ panel: Panel<C>, _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>,
    rows: UncheckedBuffer<C>
  ) {
    let start = axis.position(ofColumn: columns.lowerBound) + classes.lowerBound * axis.inner
    let elements = start..<start + columns.count * classes.count
    if axis.isTransposed {
      let rows = buffer(from: start, scratch: rows)
      panel.copy(toRows: rows, lines: classes.count, length: columns.count)
      store(elements, from: rows)
    } else if isDirect {
      return
    } else if axis.isInnermost {
      store(elements, from: panel.line(0))
    } else {
      for line in 0..<classes.count {
        let first = start + line * axis.inner
        store(first..<first + columns.count, from: panel.line(line))
      }
    }
  }
}
