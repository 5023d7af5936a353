public import RealMath

/// A few columns of a tensor.
///
/// Its driver answers for the memory, a kernel for the lines and positions it asks for.
@safe @usableFromInline
struct Panel<C: RealScalar> {
  @usableFromInline let origin: UnsafeMutablePointer<C>
  @usableFromInline let lineStride: Int

  /// - Parameter lineStride: The distance between the starts of neighbouring lines.
  init(origin: UnsafeMutablePointer<C>, lineStride: Int) {
    unsafe self.origin = origin
    self.lineStride = lineStride
  }

  @inlinable @inline(__always)
  func line(_ line: Int) -> UnsafeMutablePointer<C> { unsafe origin + line &* lineStride }

  /// Sets all elements to 0.
  @inlinable @inline(__always)
  func clear(lines: Int, length: Int) {
    // One run is faster than many.
    if lineStride == length { return unsafe origin.update(repeating: 0, count: lines * length) }
    for line in 0..<lines { unsafe self.line(line).update(repeating: 0, count: length) }
  }

  @inlinable @inline(__always)
  subscript(place: PanelPlace) -> C {
    get { unsafe origin[place.line &* lineStride &+ place.position] }
    nonmutating set { unsafe origin[place.line &* lineStride &+ place.position] = newValue }
  }
}

/// Where an element of a panel is.
@usableFromInline
struct PanelPlace {
  @usableFromInline let line: Int
  @usableFromInline let position: Int

  @inlinable @inline(__always)
  init(line: Int, position: Int) {
    self.line = line
    self.position = position
  }
}
