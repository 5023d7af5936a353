internal import RealMath

extension Operand {
  /// Returns the columns of a panel, which are at `columns` among those of `axis`, or their part at some classes.
  ///
  /// - Parameter rows: Memory for the panel before it is rearranged.
  /// - Precondition: Where these are not all classes, the columns are of one sample, and one column if its classes are
  ///   neighbours.
  func panel(
    _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>, scratch: UncheckedBuffer<C>,
    rows: UncheckedBuffer<C>
  ) -> Panel<C> {
    let elements = axis.elements(columns, classes: classes)
    if axis.isCopied {
      let panel = axis.copiedPanel(columns, classes: classes, in: scratch)
      axis.copy(load(elements, scratch: rows), to: panel, columns: columns.count, classes: classes.count)
      return panel
    }
    if axis.linesAreColumns {
      return Panel(origin: load(elements, scratch: scratch), lineStride: classes.count)
    }
    let start = elements.lowerBound
    if isDirect { return Panel(origin: load(start..<start + 1, scratch: scratch), lineStride: axis.inner) }
    let (line, position) = start.quotientAndRemainder(dividingBy: axis.inner)
    copy(
      lines: line..<line + classes.count, of: axis.inner, at: position..<position + columns.count, to: scratch
    )
    return Panel(origin: scratch, lineStride: columns.count)
  }
}

extension Destination {
  /// Returns where to compute the columns of a panel, or their part at some classes.
  ///
  /// - Precondition: As above.
  func panel(
    _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>, scratch: UncheckedBuffer<C>
  ) -> Panel<C> {
    if axis.isCopied { return axis.copiedPanel(columns, classes: classes, in: scratch) }
    let origin = buffer(from: axis.elements(columns, classes: classes).lowerBound, scratch: scratch)
    return Panel(
      origin: origin,
      lineStride: axis.linesAreColumns ? classes.count : isDirect ? axis.inner : columns.count)
  }

  /// Puts what was computed in `panel(_:of:classes:scratch:)` in its place.
  ///
  /// - Parameter rows: Memory for the panel after it is rearranged.
  func store(
    _ panel: Panel<C>, _ columns: Range<Int>, of axis: ColumnAxis, classes: Range<Int>,
    rows: UncheckedBuffer<C>
  ) {
    let elements = axis.elements(columns, classes: classes)
    if axis.isCopied {
      let rows = buffer(from: elements.lowerBound, scratch: rows)
      axis.copy(panel, to: rows, columns: columns.count, classes: classes.count)
      store(elements, from: rows)
    } else if isDirect {
      return
    } else if axis.linesAreColumns || columns.count == axis.inner {
      store(elements, from: panel.line(0))
    } else {
      for line in 0..<classes.count {
        let first = elements.lowerBound + line * axis.inner
        store(first..<first + columns.count, from: panel.line(line))
      }
    }
  }
}

extension ColumnAxis {
  /// Returns the positions of the elements of whole samples, or of their part at some classes; or some that begin with the
  /// first element of the columns.
  fileprivate func elements(_ columns: Range<Int>, classes: Range<Int>) -> Range<Int> {
    let start = position(ofColumn: columns.lowerBound) + classes.lowerBound * inner
    return start..<start + columns.count * classes.count
  }

  /// Returns the panel that is a copy of columns.
  fileprivate func copiedPanel<C: RealScalar>(
    _ columns: Range<Int>, classes: Range<Int>, in memory: UncheckedBuffer<C>
  ) -> Panel<C> {
    Panel(origin: memory, lineStride: linesAreColumns ? classes.count : columns.count)
  }

  /// Fills a panel with the elements of samples, `classes` × `inner` of each.
  fileprivate func copy<C: RealScalar>(
    _ elements: UncheckedBuffer<C>, to panel: Panel<C>, columns: Int, classes: Int
  ) {
    if inner == 1 { return panel.copy(rows: elements, lines: classes, length: columns) }
    forEachSample(elements, panel, columns: columns, classes: classes) { sample, part in
      if linesAreColumns {
        part.copy(rows: sample.line(0), lines: inner, length: classes)
      } else {
        part.copy(sample, lines: classes, length: inner)
      }
    }
  }

  /// Fills memory with the elements of samples, which are in a panel.
  fileprivate func copy<C: RealScalar>(
    _ panel: Panel<C>, to elements: UncheckedBuffer<C>, columns: Int, classes: Int
  ) {
    if inner == 1 { return panel.copy(toRows: elements, lines: classes, length: columns) }
    forEachSample(elements, panel, columns: columns, classes: classes) { sample, part in
      if linesAreColumns {
        part.copy(toRows: sample.line(0), lines: inner, length: classes)
      } else {
        sample.copy(part, lines: classes, length: inner)
      }
    }
  }

  /// Calls `body` with the elements of each sample, with classes as lines, and their part of a panel.
  @inline(__always)
  private func forEachSample<C: RealScalar>(
    _ elements: UncheckedBuffer<C>, _ panel: Panel<C>, columns: Int, classes: Int,
    _ body: (_ sample: Panel<C>, _ part: Panel<C>) -> Void
  ) {
    for column in stride(from: 0, to: columns, by: inner) {
      body(
        Panel(origin: elements.advanced(by: column * classes), lineStride: inner),
        linesAreColumns ? panel.part(line: column, position: 0) : panel.part(line: 0, position: column))
    }
  }
}
