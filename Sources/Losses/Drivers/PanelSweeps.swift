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

  /// Raises the maxima of columns to part of a line.
  @inline(__always)
  private func raise(_ maxima: Numbers<C>, to panel: Panel<C>, line: Int, positions: Range<Int>) {
    unsafe Order.raise(
      maxima.memory, to: panel.line(line) + positions.lowerBound, line: line, positions: positions)
  }

  /// The sum over each column of what `element` returns.
  @inline(__always)
  func sums(into sums: Numbers<Double>, _ element: (PanelPlace) -> C) {
    sums.clear(count: columns)
    let scratch = Scratch<C>(slots: 1, slotSize: partSize)
    defer { scratch.deallocate() }
    forEachPart(in: scratch.numbers(0), storing: nil, element) { part, line, positions in
      unsafe Order.add(part.memory, line: line, positions: positions, to: sums.memory)
    }
  }

  private var partSize: Int {
    min(Order.linesAreColumns && lines > 1 ? Summation.partSize : Blocks.size, length)
  }

  /// Calls `body` with part after part of the lines that `element` makes. They are stored where there is a panel for
  /// them, else in `scratch`.
  @inline(__always)
  private func forEachPart(
    in scratch: Numbers<C>, storing panel: Panel<C>?, _ element: (PanelPlace) -> C,
    _ body: (_ part: Numbers<C>, _ line: Int, _ positions: Range<Int>) -> Void
  ) {
    for line in 0..<lines {
      var start = 0
      while start < length {
        let end = min(start + partSize, length)
        let part = if let panel { unsafe Numbers(panel.line(line) + start) } else { scratch }
        for position in start..<end {
          part[position &- start] = element(PanelPlace(line: line, position: position))
        }
        body(part, line, start..<end)
        start = end
      }
    }
  }

  /// The softmax of each column but for its denominator: the maxima, and e^(x − maximum) where there is a panel for it.
  /// The denominator is 1 more than the rest.
  @inline(__always)
  func exponentials(
    of panel: Panel<C>, maxima: Numbers<C>, rests: Numbers<Double>, storing stored: Panel<C>? = nil
  ) {
    for column in 0..<columns { maxima[column] = -.infinity }
    // Where a line is a column, the maximum of the next one is found beside the exponentials of this one: its elements
    // come from memory while the processor computes.
    for line in 0..<(Order.linesAreColumns ? min(lines, 1) : lines) {
      raise(maxima, to: panel, line: line, positions: 0..<length)
    }
    let scratch = Scratch<C>(slots: 1, slotSize: 2 * columns + (stored == nil ? partSize : 0))
    defer { scratch.deallocate() }
    let memory = scratch.numbers(0)
    let sums = ExponentialSums(rests: rests, ones: memory, parts: memory.advanced(by: columns))
    rests.clear(count: columns)
    memory.clear(count: 2 * columns)
    func exponential(_ place: PanelPlace) -> C {
      expNonPositive(panel[place] - maxima[Order.column(of: place)])
    }
    forEachPart(in: memory.advanced(by: 2 * columns), storing: stored, exponential) {
      part, line, positions in
      unsafe Order.addExponentials(part.memory, line: line, positions: positions, to: sums)
      if Order.linesAreColumns, line + 1 < lines {
        raise(maxima, to: panel, line: line + 1, positions: positions)
      }
    }
    for column in 0..<columns {
      rests[column] += Double(sums.parts[column]) + Double(sums.ones[column] - 1)
    }
  }
}
