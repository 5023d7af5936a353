public import RealMath

/// Passes over the columns of a panel, the inner loops of everything that works along a class axis. They keep to the
/// lines that a panel of this order has, and to their length.
@usableFromInline
struct PanelSweeps<C: RealScalar, Order: PanelOrder> {
  @usableFromInline let lines: Int
  @usableFromInline let length: Int
  @usableFromInline let classes: Int
  @usableFromInline let columns: Int
  /// Memory for parts of a line: addends, exponentials, and the two steps of these.
  @usableFromInline let parts: Scratch<C>

  @inlinable @inline(__always)
  init(classes: Int, columns: Int) {
    (lines, length) = Order.extent(classes: classes, columns: columns)
    self.classes = classes
    self.columns = columns
    parts = Scratch(slots: 4, slotSize: min(Blocks.size, length))
  }

  @inlinable @inline(__always)
  func deallocate() { parts.deallocate() }

  /// Calls `body` for every element, line by line.
  @inlinable @inline(__always)
  func visit(_ body: (PanelPlace) -> Void) {
    for line in 0..<lines {
      for position in 0..<length { body(PanelPlace(line: line, position: position)) }
    }
  }

  /// Raises the maxima of columns to part of a line.
  @inlinable @inline(__always)
  func raise(_ maxima: Numbers<C>, to panel: Panel<C>, line: Int, positions: Range<Int>) {
    unsafe Order.raise(
      maxima.memory, to: panel.line(line) + positions.lowerBound, line: line, positions: positions)
  }

  /// The maximum of a column, not a number where an element is none.
  @inlinable @inline(__always)
  func maximum(of panel: Panel<C>, column: Int) -> C {
    (0..<classes).reduce(-.infinity) { maximum, index in
      let x = panel[Order.place(class: index, column: column)]
      return x > maximum || x.isNaN ? x : maximum
    }
  }

  /// The sum over each column of what `element` returns.
  ///
  /// - Parameter eachInDouble: That no number is added in its own precision, where something is subtracted from the sum
  ///   of which little may be left.
  @inlinable @inline(__always)
  func sums(into sums: Numbers<Double>, eachInDouble: Bool = false, _ element: (PanelPlace) -> C) {
    sums.clear(count: columns)
    forEachPart(size: Blocks.size) { line, positions in
      add(line, positions, to: sums, eachInDouble: eachInDouble, element)
    }
  }

  /// Adds what `element` returns for part of a line to the sums of its columns.
  @inlinable @inline(__always)
  func add(
    _ line: Int, _ positions: Range<Int>, to sums: Numbers<Double>, eachInDouble: Bool = false,
    _ element: (PanelPlace) -> C
  ) {
    let part = parts.numbers(0)
    for position in positions {
      part[position &- positions.lowerBound] = element(PanelPlace(line: line, position: position))
    }
    unsafe Order.add(
      part.memory, line: line, positions: positions, eachInDouble: eachInDouble, to: sums.memory)
  }

  /// Calls `body` for part after part of the lines, of a block's size at most.
  @inlinable @inline(__always)
  func forEachPart(size: Int, _ body: (_ line: Int, _ positions: Range<Int>) -> Void) {
    for line in 0..<lines {
      var start = 0
      while start < length {
        let end = min(start + size, length)
        body(line, start..<end)
        start = end
      }
    }
  }

  /// The softmax of each column but for its denominator: the maxima, and e^(x − maximum) where there is a panel for it.
  /// The denominator is 1 more than the rest, which is not a number where an element is none, or the maximum infinite.
  ///
  /// - Parameters:
  ///   - spare: Where results will be, to hold what comes between. So their memory too comes while the processor
  ///     computes.
  ///   - meanwhile: What else to do with a part, once its exponentials are stored.
  @inlinable @inline(__always)
  func exponentials(
    of panel: Panel<C>, maxima: Numbers<C>, rests: Numbers<Double>, storing stored: Panel<C>? = nil,
    spare: Panel<C>? = nil, meanwhile: (_ line: Int, _ positions: Range<Int>) -> Void = { _, _ in }
  ) {
    for column in 0..<columns { maxima[column] = -.infinity }
    // Where a line is a column, the maximum of the next one is found beside the exponentials of this one: its elements
    // come from memory while the processor computes.
    for line in 0..<(Order.linesAreColumns ? min(lines, 1) : lines) {
      raise(maxima, to: panel, line: line, positions: 0..<length)
    }
    let sumScratch = Scratch<C>(slots: 2, slotSize: columns)
    defer { sumScratch.deallocate() }
    let sums = ExponentialSums(rests: rests, ones: sumScratch.numbers(0), parts: sumScratch.numbers(1))
    rests.clear(count: columns)
    sums.ones.clear(count: columns)
    sums.parts.clear(count: columns)
    let partSize = Order.linesAreColumns && lines > 1 ? Summation.partSize : Blocks.size
    forEachPart(size: partSize) { line, positions in
      let start = positions.lowerBound
      let part = if let stored { unsafe stored.line(line) + start } else { unsafe parts[1] }
      let fractions = if let spare { unsafe spare.line(line) + start } else { unsafe parts[2] }
      unsafe Order.exponentials(
        panel.line(line) + start, line: line, positions: positions, maxima: maxima, sums: sums,
        steps: (Numbers(fractions), parts.numbers(3)), to: part)
      if Order.linesAreColumns, line + 1 < lines {
        raise(maxima, to: panel, line: line + 1, positions: positions)
      }
      meanwhile(line, positions)
    }
    for column in 0..<columns {
      rests[column] += Double(sums.parts[column]) + Double(sums.ones[column] - 1)
    }
  }
}
