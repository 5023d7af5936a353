internal import RealMath

/// Passes over the columns of a panel, the inner loops of everything that works along a class axis. They keep to the
/// lines that a panel of this order has, and to their length.
struct PanelSweeps<C: RealScalar, Order: PanelOrder> {
  private let lines: Int
  private let length: Int
  private let columns: Int

  init(classes: Int, columns: Int) {
    (lines, length) = Order.extent(classes: classes, columns: columns)
    self.columns = columns
  }

  /// Calls `body` for every element, line by line.
  @inline(__always)
  func visit(_ body: (PanelPlace) -> Void) {
    for line in 0..<lines {
      for position in 0..<length { body(PanelPlace(line: line, position: position)) }
    }
  }

  /// The largest element of each column.
  @inline(__always)
  func maxima(of panel: Panel<C>, into maxima: Numbers<C>) {
    for column in 0..<columns { maxima[column] = -.infinity }
    for line in 0..<lines {
      unsafe Order.raise(maxima.memory, to: panel.line(line), line: line, positions: 0..<length)
    }
  }

  /// The sum over each column of what `element` returns.
  @inline(__always)
  func sums(into sums: Numbers<Double>, _ element: (PanelPlace) -> C) {
    sums.clear(count: columns)
    forEachPart(storing: nil, element) { part, line, positions in
      unsafe Order.add(part.memory, line: line, positions: positions, to: sums.memory)
    }
  }

  /// Calls `body` with part after part of the lines that `element` makes. They are stored, where there is a panel for them.
  @inline(__always)
  private func forEachPart(
    storing panel: Panel<C>?, _ element: (PanelPlace) -> C,
    _ body: (_ part: Numbers<C>, _ line: Int, _ positions: Range<Int>) -> Void
  ) {
    let scratch = Scratch<C>(slots: panel == nil ? 1 : 0, slotSize: min(Blocks.size, length))
    defer { scratch.deallocate() }
    for line in 0..<lines {
      var start = 0
      while start < length {
        let end = min(start + Blocks.size, length)
        let part = if let panel { unsafe Numbers(panel.line(line) + start) } else { scratch.numbers(0) }
        for position in start..<end {
          part[position &- start] = element(PanelPlace(line: line, position: position))
        }
        body(part, line, start..<end)
        start = end
      }
    }
  }

  /// The softmax of each column but for its denominator: the maxima, the sums of e^(x − maximum), and these numbers
  /// themselves where there is a panel for them.
  @inline(__always)
  func exponentials(
    of panel: Panel<C>, maxima: Numbers<C>, sums: Numbers<Double>, storing stored: Panel<C>? = nil
  ) {
    self.maxima(of: panel, into: maxima)
    sums.clear(count: columns)
    forEachExponential(of: panel, maxima: maxima, storing: stored) { part, line, positions in
      unsafe Order.addExponentials(part.memory, line: line, positions: positions, to: sums.memory)
    }
  }

  @inline(__always)
  private func forEachExponential(
    of panel: Panel<C>, maxima: Numbers<C>, storing stored: Panel<C>?,
    _ body: (_ part: Numbers<C>, _ line: Int, _ positions: Range<Int>) -> Void
  ) {
    forEachPart(storing: stored, { expNonPositive(panel[$0] - maxima[Order.column(of: $0)]) }, body)
  }

  /// The same where each column has a label, for which there are also the exponentials. The maxima are there already.
  @inline(__always)
  func exponentials(
    of panel: Panel<C>, maxima: Numbers<C>, sums: LabelledSums<C>, storing stored: Panel<C>? = nil
  ) {
    // Labels must be told apart as numbers.
    guard lines <= 1 << C.significandBitCount else {
      return exponentials(of: panel, maxima: maxima, sums: sums.totals, storing: stored)
    }
    sums.totals.clear(count: columns)
    sums.rests.clear(count: columns)
    forEachExponential(of: panel, maxima: maxima, storing: stored) { part, line, positions in
      unsafe Order.addExponentials(part.memory, line: line, positions: positions, to: sums)
    }
    Order.finish(sums, columns: columns)
  }
}
