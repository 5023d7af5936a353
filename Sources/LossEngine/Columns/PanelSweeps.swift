public import RealMath

/// Passes over the columns of a panel: the inner loops of everything that works along a class axis.
@frozen @usableFromInline
package struct PanelSweeps<C: RealScalar, Order: PanelOrder> {
  @usableFromInline let lines: Int
  @usableFromInline let length: Int
  @usableFromInline let classes: Int
  @usableFromInline let columns: Int
  /// Memory for parts of a line: addends, exponentials, and the two steps of the exponentials.
  @usableFromInline let parts: Scratch<C>

  @export(implementation) @inline(__always)
  package init(classes: Int, columns: Int) {
    (lines, length) = Order.extent(classes: classes, columns: columns)
    self.classes = classes
    self.columns = columns
    parts = Scratch(slots: 4, slotSize: min(Blocks.size, length))
  }

  @export(implementation) @inline(__always)
  package func deallocate() { parts.deallocate() }

  /// Raises the maxima of columns to part of a line.
  @export(implementation) @inline(__always)
  package func raise(_ maxima: UncheckedBuffer<C>, to panel: Panel<C>, line: Int, positions: Range<Int>) {
    Order.raise(
      maxima, to: panel.line(line).advanced(by: positions.lowerBound), line: line, positions: positions)
  }

  /// Adds what `element` returns to the sum of each column. It may store what it computes on the way.
  @export(implementation) @inline(__always)
  package func addSums(to sums: UncheckedBuffer<Double>, _ element: (PanelPlace) -> C) {
    forEachPart(size: Blocks.size) { line, positions in
      evaluate(line, positions, in: parts[0], element)
      add(line, positions, to: sums) { parts[0][$0.position &- positions.lowerBound] }
    }
  }

  /// Adds what `element` returns for part of a line to the sums of its columns.
  @export(implementation) @inline(__always)
  package func add(
    _ line: Int, _ positions: Range<Int>, to sums: UncheckedBuffer<Double>, eachInDouble: Bool = false,
    _ element: (PanelPlace) -> C
  ) {
    Order.add(line: line, positions: positions, eachInDouble: eachInDouble, to: sums, element)
  }

  /// The same, but many numbers are added in their own precision first. `parts` is memory for such sums of each column,
  /// with what is left to be added to the sums after the last line.
  @export(implementation) @inline(__always)
  package func addInParts(
    _ line: Int, _ positions: Range<Int>, parts: UncheckedBuffer<C>, to sums: UncheckedBuffer<Double>,
    _ element: (PanelPlace) -> C
  ) {
    Order.addInParts(line: line, positions: positions, parts: parts, to: sums, element)
  }

  /// Stores what `element` returns for part of a line.
  @export(implementation) @inline(__always)
  package func evaluate(
    _ line: Int, _ positions: Range<Int>, in part: UncheckedBuffer<C>, _ element: (PanelPlace) -> C
  ) {
    for position in positions {
      part[position &- positions.lowerBound] = element(PanelPlace(line: line, position: position))
    }
  }

  /// The exponentials of part of a line, where they are not stored.
  @export(implementation) @inline(__always)
  package var exponentialsOfPart: UncheckedBuffer<C> { parts[1] }

  /// Memory for part of a line, which is free once the exponentials of the part are stored.
  @export(implementation) @inline(__always)
  package var spare: UncheckedBuffer<C> { parts[3] }

  /// Calls `body` for part after part of the lines.
  @export(implementation) @inline(__always)
  package func forEachPart(size: Int, _ body: (_ line: Int, _ positions: Range<Int>) -> Void) {
    for line in 0..<lines {
      var start = 0
      while start < length {
        let end = min(start + size, length)
        body(line, start..<end)
        start = end
      }
    }
  }

  /// Computes the softmax of each column but for the division: the maxima, e^(x − maximum) where there is a panel to
  /// store it, and the sums of these minus 1, which are NaN where an element is NaN or the maximum infinite.
  ///
  /// - Parameters:
  ///   - spare: Where results will be written later, to hold what comes between. So this memory too arrives while the
  ///     processor computes.
  ///   - step: The pass that is made, where the panel holds only some of the classes.
  ///   - meanwhile: What else to do with a part, once its exponentials are stored.
  @export(implementation) @inline(__always)
  package func exponentials(
    of panel: Panel<C>, maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>,
    storing stored: Panel<C>? = nil, spare: Panel<C>? = nil, step: SoftmaxPart<C>? = nil,
    meanwhile: (_ line: Int, _ positions: Range<Int>) -> Void = { _, _ in }
  ) {
    if step == nil { maxima.fill(-.infinity, count: columns) }
    // Where a line is a column, the maximum of the next one is found beside the exponentials of this one: its elements
    // arrive from memory while the processor computes.
    let raisesBeside = step == nil && Order.linesAreColumns
    if step == nil || step?.pass == .maxima {
      for line in 0..<(raisesBeside ? min(lines, 1) : lines) {
        raise(maxima, to: panel, line: line, positions: 0..<length)
      }
    }
    if step?.pass == .maxima { return }
    let sumScratch = Scratch<C>(slots: step == nil ? 2 : 0, slotSize: columns)
    defer { sumScratch.deallocate() }
    let sums = ExponentialSums(
      sumsMinusOne: step?.pass == .exponentials ? step!.discardedSums : sumsMinusOne,
      ones: step?.ones ?? sumScratch[0], parts: step?.parts ?? sumScratch[1])
    if step == nil { sums.begin(columns: columns) }
    let partSize = Order.linesAreColumns && lines > 1 ? Summation.partSize : Blocks.size
    forEachPart(size: partSize) { line, positions in
      let start = positions.lowerBound
      let part = stored?.line(line).advanced(by: start) ?? exponentialsOfPart
      let fractions = spare?.line(line).advanced(by: start) ?? parts[2]
      Order.exponentials(
        panel.line(line).advanced(by: start), line: line, positions: positions, maxima: maxima, sums: sums,
        steps: (fractions, parts[3]), to: part)
      if raisesBeside, line + 1 < lines {
        raise(maxima, to: panel, line: line + 1, positions: positions)
      }
      meanwhile(line, positions)
    }
    if step == nil { sums.finish(columns: columns) }
  }
}
