internal import Tensors

/// A tensor seen along one of its axes: `outer` × `classes` × `inner` elements in row-major order.
///
/// The elements of a column differ in their class only; softmax is taken over a column. There are `outer` · `inner`
/// columns.
struct ColumnAxis: Sendable {
  let outer: Int
  let classes: Int
  let inner: Int
  let arrangement: Arrangement
  /// The columns that a kernel is given at once.
  let columnsPerPanel: Int
  /// The work on a column, in about the time that a score of most functions takes.
  private let columnWork: Int

  /// How kernels are given panels.
  enum Arrangement {
    /// Where they are, with columns as lines: the class axis is innermost.
    case columns
    /// Where they are, with classes as lines: further axes follow the class axis.
    case classes
    /// Copied, with columns as lines: the lines of classes are too short for a loop of their own.
    case copiedColumns
    /// Copied, with classes as lines: the columns are short too, but there are many.
    case copiedClasses
  }

  /// - Parameters:
  ///   - copiesShortLines: Whether copying short lines, to have long ones, is faster.
  ///   - costPerElement: About how many nanoseconds an element takes.
  init(_ shape: Shape, axis: Int, copiesShortLines: Bool, costPerElement: Double) {
    let (before, after) = (shape[..<axis].reduce(1, *), shape[(axis + 1)...].reduce(1, *))
    classes = shape[axis]
    // All elements of a single class are one line, which is as long as can be.
    (outer, inner) = classes == 1 && copiesShortLines ? (1, before * after) : (before, after)
    // Whatever the number of samples, so that one has the bits by itself that it has among others.
    if copiesShortLines, 1..<Self.longColumn ~= classes, inner < Self.longRow {
      arrangement = .copiedClasses
    } else if inner == 1 {
      arrangement = .columns
    } else {
      arrangement = copiesShortLines && classes > 0 && inner < Self.shortRow ? .copiedColumns : .classes
    }
    // Of a function that looks at few scores, a column is as short as what it looks at.
    columnsPerPanel = Self.columnsPerPanel(
      arrangement, outer: outer, classes: classes, inner: inner, visited: min(costPerElement, 1))
    columnWork = Int(Double(classes) * costPerElement) + Self.workBesidesScores
  }

  /// What is done for each column besides its scores takes about as long as this many of them.
  private static var workBesidesScores: Int { 14 }

  /// The number of classes from which on a column is worth a loop of its own.
  static var longColumn: Int { 64 }

  /// The number of columns from which on those of one sample are worth a panel of their own, however few classes there are.
  private static var longRow: Int { 256 }

  /// The number of columns up to which a loop over classes is faster than many over columns.
  private static var shortRow: Int { 40 }

  /// About as many scores as the nearest caches hold.
  private static var panelSize: Int { 1 << 14 }

  /// The most scores of a panel of several columns that are lines. Where they have to be copied, the memory is little enough
  /// for none to be taken in parts.
  private static var largestPanel: Int { 1 << 16 }

  /// The most columns of several samples that are copied to a panel.
  private static var mostCopiedColumns: Int { 512 }

  var columns: Int { outer * inner }

  /// Whether kernels are given columns as lines, rather than classes.
  var linesAreColumns: Bool { arrangement == .columns || arrangement == .copiedColumns }

  /// Whether panels cannot be used where they are.
  var isCopied: Bool { arrangement == .copiedColumns || arrangement == .copiedClasses }

  /// Returns the columns that a kernel is given at once: enough for its loops to be long, few enough for the nearest caches
  /// to hold the scores, and what is known of each column besides.
  ///
  /// - Parameter visited: The share of the scores that are looked at.
  private static func columnsPerPanel(
    _ arrangement: Arrangement, outer: Int, classes: Int, inner: Int, visited: Double
  ) -> Int {
    if outer * inner == 0 { return 0 }
    let fitting = panelSize / max(classes, 1)
    switch arrangement {
    case .columns:
      let size = min(Double(panelSize) / visited, Double(largestPanel))
      return min(max(Int(size / Double(max(classes, 1))), 1), outer)
    // All columns of some samples.
    case .copiedColumns, .copiedClasses:
      return min(max(min(fitting, mostCopiedColumns) / inner, 1), outer) * inner
    case .classes: return columnsPerPlane(outer: outer, classes: classes, inner: inner)
    }
  }

  /// Returns the width of the panels that are used where they are, with classes as lines.
  ///
  /// It may be more than the caches hold: memory is read fastest in long runs.
  private static func columnsPerPlane(outer: Int, classes: Int, inner: Int) -> Int {
    let elements = classes * inner
    // Where part of a run is read from memory, the processor fetches much of the rest in advance, for nothing. So one thread
    // is as fast with runs of a few hundred numbers as two are with halves of them.
    let (shortestRun, fewest) = elements > largestInCache ? (512, 1) : (128, 2)
    // Enough to share, unless runs or panels become too short.
    let shared = min((panelsToShare - 1) / outer + 1, max(inner / shortestRun, fewest), elements / panelSize)
    let panels = max((inner - 1) / longestRun + 1, shared)
    // Evenly, in whole cache lines.
    return min(((inner - 1) / panels / lineSize + 1) * lineSize, inner)
  }

  /// About as many scores as stay in the second cache.
  private static var largestInCache: Int { 1 << 18 }

  /// How many panels, of all samples together, are enough for threads to share.
  private static var panelsToShare: Int { 8 }

  /// The most columns of a panel that is used where it is, with classes as lines.
  private static var longestRun: Int { 1024 }

  /// The numbers of type `Float` in a cache line.
  private static var lineSize: Int { 16 }

  private var panelsPerOuter: Int { (inner - 1) / columnsPerPanel + 1 }

  /// The number of panels that make up the tensor.
  var panelCount: Int {
    if columns == 0 { return 0 }
    return arrangement == .classes ? outer * panelsPerOuter : (columns - 1) / columnsPerPanel + 1
  }

  /// Returns the columns of a panel.
  func columns(ofPanel panel: Int) -> Range<Int> {
    guard arrangement == .classes else {
      let first = panel * columnsPerPanel
      return first..<min(first + columnsPerPanel, columns)
    }
    let (outer, part) = panel.quotientAndRemainder(dividingBy: panelsPerOuter)
    let first = part * columnsPerPanel
    return outer * inner + first..<outer * inner + min(first + columnsPerPanel, inner)
  }

  /// Returns the position of a column's first class, in row-major order.
  func position(ofColumn column: Int) -> Int {
    let (outer, position) = column.quotientAndRemainder(dividingBy: inner)
    return outer * classes * inner + position
  }

  /// The number of panels that a thread does at a time.
  var panelsPerChunk: Int {
    max(1, Blocks.chunkSize(of: columns * columnWork) / max(columnsPerPanel * columnWork, 1))
  }

  /// The work on all columns, in about the time that a score takes.
  var work: Double { Double(columns) * Double(columnWork) }
}
