internal import Tensors

/// A tensor seen along one of its axes: `outer` × `classes` × `inner` elements in row-major order.
///
/// The elements of a column differ in their class only; softmax is taken over a column. There are `outer` · `inner`
/// columns.
struct ColumnAxis: Sendable {
  let outer: Int
  let classes: Int
  let inner: Int
  /// Whether the class axis is innermost, and a column is contiguous.
  let isInnermost: Bool
  /// Whether panels are transposed, so that kernels work on many columns at once: those of few classes are too short
  /// for a loop of their own.
  let isTransposed: Bool

  /// - Parameter transposesShortColumns: Whether kernels may be given short columns transposed.
  init(_ shape: Shape, axis: Int, transposesShortColumns: Bool) {
    outer = shape[..<axis].reduce(1, *)
    classes = shape[axis]
    inner = shape[(axis + 1)...].reduce(1, *)
    isInnermost = inner == 1
    // Whatever the number of columns, so that one has the bits by itself that it has among others.
    isTransposed = isInnermost && transposesShortColumns && Self.shortColumn ~= classes
  }

  /// The numbers of classes for which transposing is faster.
  private static var shortColumn: ClosedRange<Int> { 1...63 }

  var columns: Int { outer * inner }

  /// Whether kernels are given columns as lines, rather than classes.
  var linesAreColumns: Bool { isInnermost && !isTransposed }

  /// The columns that a kernel is given at once: enough for its loops to be long, few enough for the nearest caches to
  /// hold the scores, and what is known of each column besides.
  var columnsPerPanel: Int {
    let fitting = 16384 / max(classes, 1)
    if isTransposed { return min(fitting, 512, columns) }
    return isInnermost ? min(max(fitting, 1), columns) : min(max(fitting, 16), 1024, inner)
  }

  private var panelsPerOuter: Int { isInnermost ? 0 : (inner - 1) / columnsPerPanel + 1 }

  /// The number of panels that make up the tensor.
  var panelCount: Int {
    if columns == 0 { return 0 }
    return isInnermost ? (columns - 1) / columnsPerPanel + 1 : outer * panelsPerOuter
  }

  /// Returns the columns of a panel.
  func columns(ofPanel panel: Int) -> Range<Int> {
    if isInnermost {
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
  var panelsPerChunk: Int { max(1, Blocks.largestChunk / max(classes * columnsPerPanel, 1)) }
}
