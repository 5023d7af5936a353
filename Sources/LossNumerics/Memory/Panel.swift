public import RealMath

/// A few columns of a tensor.
///
/// - Precondition: The memory outlives this value. Lines and positions are not checked.
@frozen @usableFromInline
package struct Panel<C: RealScalar> {
  @usableFromInline let origin: UncheckedBuffer<C>
  @usableFromInline let lineStride: Int

  /// - Parameter lineStride: The distance between the starts of neighbouring lines.
  @export(implementation) @inline(__always)
  package init(origin: UncheckedBuffer<C>, lineStride: Int) {
    self.origin = origin
    self.lineStride = lineStride
  }

  @export(implementation) @inline(__always)
  package func line(_ line: Int) -> UncheckedBuffer<C> { origin.advanced(by: line &* lineStride) }

  /// Returns the panel from an element on.
  @export(implementation) @inline(__always)
  package func part(line: Int, position: Int) -> Panel {
    Panel(origin: self.line(line).advanced(by: position), lineStride: lineStride)
  }

  /// Sets all elements to 0.
  @export(implementation) @inline(__always)
  package func clear(lines: Int, length: Int) {
    // One run is faster than many.
    if lineStride == length { return origin.clear(count: lines * length) }
    for line in 0..<lines { self.line(line).clear(count: length) }
  }

  @export(implementation) @inline(__always)
  package subscript(place: PanelPlace) -> C {
    get { origin[place.line &* lineStride &+ place.position] }
    nonmutating set { origin[place.line &* lineStride &+ place.position] = newValue }
  }
}

extension Panel {
  /// Fills the panel with the elements of another one.
  @export(implementation) @inline(__always)
  package func copy(_ other: Panel, lines: Int, length: Int) {
    for line in 0..<lines {
      let (own, others) = (self.line(line), other.line(line))
      for position in 0..<length { own[position] = others[position] }
    }
  }

  /// Fills the panel with its transpose: `rows` has the elements of a position as neighbours.
  @export(implementation) @inline(__always)
  package func copy(rows: UncheckedBuffer<C>, lines: Int, length: Int) {
    Transposition(source: rows, sourceStride: lines, destination: origin, destinationStride: lineStride)
      .copy(lines: lines, positions: length)
  }

  /// Fills `rows` with the transpose of the panel.
  @export(implementation) @inline(__always)
  package func copy(toRows rows: UncheckedBuffer<C>, lines: Int, length: Int) {
    Transposition(source: origin, sourceStride: lineStride, destination: rows, destinationStride: lines)
      .copy(lines: length, positions: lines)
  }
}

/// The place of an element in a panel.
@frozen @usableFromInline
package struct PanelPlace {
  @usableFromInline package let line: Int
  @usableFromInline package let position: Int

  @export(implementation) @inline(__always)
  package init(line: Int, position: Int) {
    self.line = line
    self.position = position
  }
}
