internal import RealMath

/// Passes over the columns of a panel, the inner loops of everything that works along a class axis.
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

  /// The sum over each column of what `element` returns. It is also stored, where there is a panel for it.
  @inline(__always)
  func sums(
    into sums: Numbers<Double>, storing panel: Panel<C>? = nil,
    _ element: (PanelPlace) -> C
  ) {
    for column in 0..<columns { sums[column] = 0 }
    let scratch = Scratch<C>(slots: 1, slotSize: min(Blocks.size, length))
    defer { scratch.deallocate() }
    for line in 0..<lines {
      var start = 0
      while start < length {
        let end = min(start + Blocks.size, length)
        let part = if let panel { unsafe panel.line(line) + start } else { unsafe scratch[0] }
        for position in start..<end {
          unsafe part[position &- start] = element(PanelPlace(line: line, position: position))
        }
        unsafe Order.add(part, line: line, positions: start..<end, to: sums.memory)
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
    self.sums(into: sums, storing: stored) { place in
      expNonPositive(panel[place] - maxima[Order.column(of: place)])
    }
  }
}
