public import RealMath

/// How the elements of a panel lie in memory: as lines of neighbours.
///
/// The order depends on the shape alone, and with it the order of operations. So the bits of the result are the same for
/// any strides.
@usableFromInline
package protocol PanelOrder {
  /// Whether a line is a column.
  static var linesAreColumns: Bool { get }

  /// Returns the column of an element.
  static func column(of place: PanelPlace) -> Int

  /// Returns the class of an element.
  static func classIndex(of place: PanelPlace) -> Int

  /// Returns the place of an element.
  static func place(class index: Int, column: Int) -> PanelPlace

  /// Returns the number of lines, and of elements in each.
  static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int)

  /// Adds what `addend` returns for part of a line to the sums of its columns: each number in `Double`, or a few in their
  /// own precision first.
  static func add<C: RealScalar>(
    line: Int, positions: Range<Int>, eachInDouble: Bool, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C)

  /// The same, but many numbers are added in their own precision first. `parts` is memory for such sums of each column,
  /// with what is left to be added to the sums after the last line.
  static func addInParts<C: RealScalar>(
    line: Int, positions: Range<Int>, parts: UncheckedBuffer<C>, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C)

  /// Stores e^(x − maximum) for part of a line, and adds it to the sums. `steps` is memory for as many numbers.
  static func exponentials<C: RealScalar>(
    _ part: UncheckedBuffer<C>, line: Int, positions: Range<Int>, maxima: UncheckedBuffer<C>,
    sums: ExponentialSums<C>, steps: (UncheckedBuffer<C>, UncheckedBuffer<C>), to stored: UncheckedBuffer<C>)

  /// Raises the maxima of its columns to part of a line. A NaN may hide the maximum.
  static func raise<C: RealScalar>(
    _ maxima: UncheckedBuffer<C>, to part: UncheckedBuffer<C>, line: Int, positions: Range<Int>)
}

/// A line is a column: the class axis is innermost.
@usableFromInline
package enum ClassesInLine: PanelOrder {
  @export(implementation) @inline(__always) package static var linesAreColumns: Bool { true }
  @export(implementation) @inline(__always) package static func column(of place: PanelPlace) -> Int {
    place.line
  }
  @export(implementation) @inline(__always) package static func classIndex(of place: PanelPlace) -> Int {
    place.position
  }
  @export(implementation) @inline(__always) package static func place(class index: Int, column: Int)
    -> PanelPlace
  {
    PanelPlace(line: column, position: index)
  }
  @export(implementation) @inline(__always) package static func extent(classes: Int, columns: Int) -> (
    lines: Int, length: Int
  ) {
    (columns, classes)
  }

  @export(implementation) @inline(__always)
  package static func add<C: RealScalar>(
    line: Int, positions: Range<Int>, eachInDouble: Bool, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C
  ) {
    @inline(__always) func element(_ index: Int) -> C {
      addend(PanelPlace(line: line, position: positions.lowerBound &+ index))
    }
    sums[line] +=
      eachInDouble
      ? Summation.sum(count: positions.count, element) : Summation.quickSum(count: positions.count, element)
  }

  // A part of a line leaves nothing.
  @export(implementation) @inline(__always)
  package static func addInParts<C: RealScalar>(
    line: Int, positions: Range<Int>, parts: UncheckedBuffer<C>, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C
  ) {
    sums[line] += Summation.sumOfParts(count: positions.count) {
      addend(PanelPlace(line: line, position: positions.lowerBound &+ $0))
    }
  }

  @export(implementation) @inline(__always)
  package static func exponentials<C: RealScalar>(
    _ part: UncheckedBuffer<C>, line: Int, positions: Range<Int>, maxima: UncheckedBuffer<C>,
    sums: ExponentialSums<C>,
    steps: (UncheckedBuffer<C>, UncheckedBuffer<C>), to stored: UncheckedBuffer<C>
  ) {
    // Two loops are faster than one here, where one column has one maximum and one sum.
    let maximum = maxima[line]
    let (fractions, shifted) = steps
    for index in 0..<positions.count {
      let steps = NonPositiveExponentialSteps(part[index] - maximum)
      fractions[index] = steps.fraction
      shifted[index] = steps.shifted
    }
    for index in 0..<positions.count {
      let steps = NonPositiveExponentialSteps(fraction: fractions[index], shifted: shifted[index])
      stored[index] = steps.value
    }
    sums.sumsMinusOne[line] += Summation.sumOfExponentials(
      stored, count: positions.count, ones: &sums.ones[line])
  }

  @export(implementation) @inline(__always)
  package static func raise<C: RealScalar>(
    _ maxima: UncheckedBuffer<C>, to part: UncheckedBuffer<C>, line: Int, positions: Range<Int>
  ) {
    maxima[line] = Lanes.reduce(
      count: positions.count, maxima[line], { $0 > $1 ? $0 : $1 }, { part[$0] })
  }
}

/// A line is a class: further axes follow the class axis.
@usableFromInline
package enum ColumnsInLine: PanelOrder {
  @export(implementation) @inline(__always) package static var linesAreColumns: Bool { false }
  @export(implementation) @inline(__always) package static func column(of place: PanelPlace) -> Int {
    place.position
  }
  @export(implementation) @inline(__always) package static func classIndex(of place: PanelPlace) -> Int {
    place.line
  }
  @export(implementation) @inline(__always) package static func place(class index: Int, column: Int)
    -> PanelPlace
  {
    PanelPlace(line: index, position: column)
  }
  @export(implementation) @inline(__always) package static func extent(classes: Int, columns: Int) -> (
    lines: Int, length: Int
  ) {
    (classes, columns)
  }

  @export(implementation) @inline(__always)
  package static func add<C: RealScalar>(
    line: Int, positions: Range<Int>, eachInDouble: Bool, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C
  ) {
    for position in positions {
      sums[position] += Double(addend(PanelPlace(line: line, position: position)))
    }
  }

  @export(implementation) @inline(__always)
  package static func addInParts<C: RealScalar>(
    line: Int, positions: Range<Int>, parts: UncheckedBuffer<C>, to sums: UncheckedBuffer<Double>,
    _ addend: (PanelPlace) -> C
  ) {
    for position in positions { parts[position] += addend(PanelPlace(line: line, position: position)) }
    guard line % ExponentialSums<C>.linesPerPart == ExponentialSums<C>.linesPerPart - 1 else { return }
    for position in positions {
      sums[position] += Double(parts[position])
      parts[position] = 0
    }
  }

  @export(implementation) @inline(__always)
  package static func exponentials<C: RealScalar>(
    _ part: UncheckedBuffer<C>, line: Int, positions: Range<Int>, maxima: UncheckedBuffer<C>,
    sums: ExponentialSums<C>,
    steps: (UncheckedBuffer<C>, UncheckedBuffer<C>), to stored: UncheckedBuffer<C>
  ) {
    let maxima = maxima.advanced(by: positions.lowerBound)
    let parts = sums.parts.advanced(by: positions.lowerBound)
    let ones = sums.ones.advanced(by: positions.lowerBound)
    for index in 0..<positions.count {
      let exponential = expNonPositive(part[index] - maxima[index])
      let one = select(exponential == 1, 1, 0 as C)
      stored[index] = exponential
      parts[index] += exponential - one
      ones[index] += one
    }
    if line % ExponentialSums<C>.linesPerPart == ExponentialSums<C>.linesPerPart - 1 {
      let sumsMinusOne = sums.sumsMinusOne.advanced(by: positions.lowerBound)
      for index in 0..<positions.count {
        let more = ones[index] > 1 ? ones[index] - 1 : 0
        sumsMinusOne[index] += Double(parts[index]) + Double(more)
        parts[index] = 0
        ones[index] -= more
      }
    }
  }

  @export(implementation) @inline(__always)
  package static func raise<C: RealScalar>(
    _ maxima: UncheckedBuffer<C>, to part: UncheckedBuffer<C>, line: Int, positions: Range<Int>
  ) {
    let maxima = maxima.advanced(by: positions.lowerBound)
    for index in 0..<positions.count {
      maxima[index] = part[index] > maxima[index] ? part[index] : maxima[index]
    }
  }
}
