internal import RealMath

/// How the elements of a panel lie in memory: as lines of neighbours.
///
/// Which of the two it is depends on the shape alone, so the order of operations, and with it every bit of the
/// result, is the same for any strides.
protocol PanelOrder {
  /// The column of an element.
  static func column(of place: PanelPlace) -> Int
  /// The class of an element.
  static func classIndex(of place: PanelPlace) -> Int
  /// Where an element is.
  static func place(class index: Int, column: Int) -> PanelPlace
  /// The number of lines and of elements in each.
  static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int)
  /// Adds part of a line to the sums of its columns.
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>)
  /// The same for exponentials, of which the largest is 1 in every column.
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>)
  /// The same where each column has a label. The sums are found by `finish(_:columns:)`.
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: LabelledSums<C>)
  static func finish<C: RealScalar>(_ sums: LabelledSums<C>, columns: Int)
  /// Raises the maxima of its columns to part of a line.
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>)
}

/// A line is a column: the class axis is innermost.
enum ClassesInLine: PanelOrder {
  @inline(__always) static func column(of place: PanelPlace) -> Int { place.line }
  @inline(__always) static func classIndex(of place: PanelPlace) -> Int { place.position }
  @inline(__always) static func place(class index: Int, column: Int) -> PanelPlace {
    PanelPlace(line: column, position: index)
  }
  @inline(__always) static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int) {
    (columns, classes)
  }

  @inline(__always)
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>
  ) {
    unsafe sums[line] += Summation.sum(part, count: positions.count)
  }

  @inline(__always)
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>
  ) {
    unsafe sums[line] += Summation.sumOfExponentials(part, count: positions.count)
  }

  @inline(__always)
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: LabelledSums<C>
  ) {
    unsafe addExponentials(part, line: line, positions: positions, to: sums.totals.memory)
  }

  @inline(__always)
  static func finish<C: RealScalar>(_: LabelledSums<C>, columns _: Int) {}

  @inline(__always)
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>
  ) {
    unsafe maxima[line] = Lanes.reduce(
      count: positions.count, maxima[line], { $1 > $0 ? $1 : $0 }, { unsafe part[$0] })
  }
}

/// A line is a class: further axes follow the class axis.
enum ColumnsInLine: PanelOrder {
  @inline(__always) static func column(of place: PanelPlace) -> Int { place.position }
  @inline(__always) static func classIndex(of place: PanelPlace) -> Int { place.line }
  @inline(__always) static func place(class index: Int, column: Int) -> PanelPlace {
    PanelPlace(line: index, position: column)
  }
  @inline(__always) static func extent(classes: Int, columns: Int) -> (lines: Int, length: Int) {
    (classes, columns)
  }

  @inline(__always)
  static func add<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>
  ) {
    let sums = unsafe sums + positions.lowerBound
    for index in 0..<positions.count { unsafe sums[index] += Double(part[index]) }
  }

  @inline(__always)
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: UnsafeMutablePointer<Double>
  ) {
    unsafe add(part, line: line, positions: positions, to: sums)
  }

  /// Beside an exponential of 1 the rest would lose its accuracy, so that of the label is added last. If another one is 1, the
  /// rest is no less.
  @inline(__always)
  static func addExponentials<C: RealScalar>(
    _ part: UnsafePointer<C>, line: Int, positions: Range<Int>, to sums: LabelledSums<C>
  ) {
    let rests = sums.rests.advanced(by: positions.lowerBound)
    let labels = sums.labels.advanced(by: positions.lowerBound)
    let number = C(line)
    for index in 0..<positions.count {
      let exponential = unsafe part[index]
      rests[index] += labels[index] == number ? 0 : exponential
    }
    if line % LabelledSums<C>.partSize == 0 {
      let totals = sums.totals.advanced(by: positions.lowerBound)
      for index in 0..<positions.count {
        totals[index] += Double(rests[index])
        rests[index] = 0
      }
    }
  }

  @inline(__always)
  static func finish<C: RealScalar>(_ sums: LabelledSums<C>, columns: Int) {
    for column in 0..<columns {
      sums.totals[column] += Double(sums.rests[column]) + Double(sums.exponentials[column])
    }
  }

  @inline(__always)
  static func raise<C: RealScalar>(
    _ maxima: UnsafeMutablePointer<C>, to part: UnsafePointer<C>, line: Int, positions: Range<Int>
  ) {
    let maxima = unsafe maxima + positions.lowerBound
    for index in 0..<positions.count {
      unsafe maxima[index] = part[index] > maxima[index] ? part[index] : maxima[index]
    }
  }
}

/// The sums of exponentials along columns that have a label each.
struct LabelledSums<C: RealScalar> {
  let totals: Numbers<Double>
  /// The sums without the labels', of a few classes at a time.
  let rests: Numbers<C>
  /// How many.
  static var partSize: Int { 64 }
  let labels: Numbers<C>
  /// The exponentials of the labels.
  let exponentials: Numbers<C>
}

/// A few columns of a tensor.
///
/// Its driver answers for the memory, a kernel for the lines and positions it asks for.
@safe
struct Panel<C: RealScalar> {
  private let origin: UnsafeMutablePointer<C>
  private let lineStride: Int

  /// - Parameter lineStride: The distance between the starts of neighbouring lines.
  init(origin: UnsafeMutablePointer<C>, lineStride: Int) {
    unsafe self.origin = origin
    self.lineStride = lineStride
  }

  @inline(__always)
  func line(_ line: Int) -> UnsafeMutablePointer<C> { unsafe origin + line &* lineStride }

  @inline(__always)
  subscript(place: PanelPlace) -> C {
    get { unsafe origin[place.line &* lineStride &+ place.position] }
    nonmutating set { unsafe origin[place.line &* lineStride &+ place.position] = newValue }
  }
}

/// Where an element of a panel is.
struct PanelPlace {
  let line: Int
  let position: Int
}
