public import RealMath

/// How the elements of a panel lie in memory: as lines of neighbours.
///
/// Which of the two it is depends on the shape alone, so the order of operations, and with it every bit of the
/// result, is the same for any strides.
@usableFromInline
protocol PanelOrder {
  /// Whether a line is a column.
  static var linesAreColumns: Bool { get }
  /// The column of an element.
  static func column(of place: PanelPlace) -> Int
  /// The class of an element.
  static func classIndex(of place: PanelPlace) -> Int
  /// Where an element is.
  static func place(class index: Int, column: Int) -> PanelPlace
  /// The number of lines and of elements in each.
  static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int)
  /// Adds part of a line to the sums of its columns: each number in `Double`, or a few in their own precision first.
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, eachInDouble: Bool,
    to sums: UnsafeMutablePointer<Double>)
  /// Stores e^(x − maximum) for part of a line, and adds it to the sums. `steps` is memory for as many numbers.
  static func exponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, maxima: Numbers<C>, sums: ExponentialSums<C>,
    steps: (Numbers<C>, Numbers<C>), to stored: UnsafeMutablePointer<C>)
  /// Raises the maxima of its columns to part of a line. A number that is not one may hide the maximum.
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>)
}

/// A line is a column: the class axis is innermost.
@usableFromInline
enum ClassesInLine: PanelOrder {
  @inlinable @inline(__always) static var linesAreColumns: Bool { true }
  @inlinable @inline(__always) static func column(of place: PanelPlace) -> Int { place.line }
  @inlinable @inline(__always) static func classIndex(of place: PanelPlace) -> Int { place.position }
  @inlinable @inline(__always) static func place(class index: Int, column: Int) -> PanelPlace {
    PanelPlace(line: column, position: index)
  }
  @inlinable @inline(__always) static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int) {
    (columns, classes)
  }

  @inlinable @inline(__always)
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, eachInDouble: Bool,
    to sums: UnsafeMutablePointer<Double>
  ) {
    unsafe sums[line] +=
      eachInDouble
      ? Summation.sum(part, count: positions.count) : Summation.quickSum(part, count: positions.count)
  }

  @inlinable @inline(__always)
  static func exponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, maxima: Numbers<C>, sums: ExponentialSums<C>,
    steps: (Numbers<C>, Numbers<C>), to stored: UnsafeMutablePointer<C>
  ) {
    // Two loops are faster than one, but not where each column has a maximum and sums of its own.
    let maximum = maxima[line]
    let (fractions, shifted) = steps
    for index in 0..<positions.count {
      let steps = unsafe NonPositiveExponentialSteps(part[index] - maximum)
      fractions[index] = steps.fraction
      shifted[index] = steps.shifted
    }
    for index in 0..<positions.count {
      let steps = NonPositiveExponentialSteps(fraction: fractions[index], shifted: shifted[index])
      unsafe stored[index] = steps.value
    }
    sums.rests[line] += unsafe Summation.sumOfExponentials(
      stored, count: positions.count, ones: &sums.ones[line])
  }

  @inlinable @inline(__always)
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>
  ) {
    unsafe maxima[line] = Lanes.reduce(
      count: positions.count, maxima[line], { $0 > $1 ? $0 : $1 }, { unsafe part[$0] })
  }
}

/// A line is a class: further axes follow the class axis.
@usableFromInline
enum ColumnsInLine: PanelOrder {
  @inlinable @inline(__always) static var linesAreColumns: Bool { false }
  @inlinable @inline(__always) static func column(of place: PanelPlace) -> Int { place.position }
  @inlinable @inline(__always) static func classIndex(of place: PanelPlace) -> Int { place.line }
  @inlinable @inline(__always) static func place(class index: Int, column: Int) -> PanelPlace {
    PanelPlace(line: index, position: column)
  }
  @inlinable @inline(__always) static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int) {
    (classes, columns)
  }

  @inlinable @inline(__always)
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, eachInDouble: Bool,
    to sums: UnsafeMutablePointer<Double>
  ) {
    let sums = unsafe sums + positions.lowerBound
    for index in 0..<positions.count { unsafe sums[index] += Double(part[index]) }
  }

  @inlinable @inline(__always)
  static func exponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, maxima: Numbers<C>, sums: ExponentialSums<C>,
    steps: (Numbers<C>, Numbers<C>), to stored: UnsafeMutablePointer<C>
  ) {
    let maxima = maxima.advanced(by: positions.lowerBound)
    let parts = sums.parts.advanced(by: positions.lowerBound)
    let ones = sums.ones.advanced(by: positions.lowerBound)
    for index in 0..<positions.count {
      let exponential = unsafe expNonPositive(part[index] - maxima[index])
      let one = select(exponential == 1, 1, 0 as C)
      unsafe stored[index] = exponential
      parts[index] += exponential - one
      ones[index] += one
    }
    if line % ExponentialSums<C>.partSize == ExponentialSums<C>.partSize - 1 {
      let rests = sums.rests.advanced(by: positions.lowerBound)
      for index in 0..<positions.count {
        let more = ones[index] > 1 ? ones[index] - 1 : 0
        rests[index] += Double(parts[index]) + Double(more)
        parts[index] = 0
        ones[index] -= more
      }
    }
  }

  @inlinable @inline(__always)
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>
  ) {
    let maxima = unsafe maxima + positions.lowerBound
    for index in 0..<positions.count {
      unsafe maxima[index] = part[index] > maxima[index] ? part[index] : maxima[index]
    }
  }
}
