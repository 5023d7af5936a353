internal import RealMath

extension Operand {
  /// Returns the columns of a panel, which are at `columns` among those of `axis`, or their part at some classes.
  ///
  /// - Parameter rows: Memory for the panel before it is transposed.
  /// - Precondition: There is one column where the last axis is that of the classes and these are not all.
  func panel(
    _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>, scratch: UncheckedBuffer<C>,
    rows: UncheckedBuffer<C>
  ) -> Panel<C> {
    let start = axis.position(ofColumn: columns.lowerBound) + classes.lowerBound * axis.inner
    if axis.isInnermost {
      let elements = load(
        start..<start + columns.count * classes.count, scratch: axis.isTransposed ? rows : scratch)
      if !axis.isTransposed { return Panel(origin: elements, lineStride: classes.count) }
      let panel = Panel(origin: scratch, lineStride: columns.count)
      panel.copy(rows: elements, lines: classes.count, length: columns.count)
      return panel
    }
    if isDirect { return Panel(origin: load(start..<start + 1, scratch: scratch), lineStride: axis.inner) }
    for line in 0..<classes.count {
      let first = start + line * axis.inner
      _ = load(first..<first + columns.count, scratch: scratch.advanced(by: line * columns.count))
    }
    return Panel(origin: scratch, lineStride: columns.count)
  }
}

extension Destination {
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
