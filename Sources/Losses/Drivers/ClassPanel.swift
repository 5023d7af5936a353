public import RealMath

/// Some columns of the arguments of a loss over classes, and memory for the results: what the loss computes at once.
///
/// Its driver answers for the memory: panels hold `classes` · `columns` elements, everything else has one number for
/// each column, and what is written to overlaps with nothing else.
public struct ClassPanel<C: RealScalar> {
  @usableFromInline let classes: Int
  @usableFromInline let columns: Int
  /// Whether the class axis is the last one of the tensor.
  @usableFromInline let isInnermost: Bool
  /// Whether the input is read where it lies and is larger than caches are: what is there comes from memory.
  @usableFromInline let isFromMemory: Bool
  @usableFromInline let input: Panel<C>
  /// The probabilities, where the target is probabilities.
  @usableFromInline let probabilities: Panel<C>?
  /// The label of each column, or its list of labels, where the target is labels.
  @usableFromInline let labels: Numbers<Int>
  @usableFromInline let ignoreIndex: Int?
  /// The weight of each class.
  @usableFromInline let weight: Numbers<C>?
  /// What the gradients of each column are multiplied by.
  @usableFromInline let scales: Numbers<Double>
  @usableFromInline let values: Numbers<Double>
  @usableFromInline let inputGradient: Panel<C>?
  @usableFromInline let targetGradient: Panel<C>?
}

extension ClassPanel {
  /// The label of a column, or `nil` where it is ignored.
  @inlinable @inline(__always)
  func label(ofColumn column: Int) -> Int? {
    labels[column] == ignoreIndex ? nil : labels[column]
  }

  /// Where an element is in the panels.
  @inlinable @inline(__always)
  func place(class index: Int, column: Int) -> PanelPlace {
    isInnermost
      ? ClassesInLine.place(class: index, column: column) : ColumnsInLine.place(class: index, column: column)
  }

  /// Sets the gradient by the input to 0.
  @inlinable @inline(__always)
  func clearInputGradient() {
    guard let inputGradient else { return }
    let (lines, length) =
      isInnermost
      ? ClassesInLine.extent(classes: classes, columns: columns)
      : ColumnsInLine.extent(classes: classes, columns: columns)
    inputGradient.clear(lines: lines, length: length)
  }

  /// Sets the gradient by the input to 0 in one column.
  @inlinable @inline(__always)
  func clearInputGradient(ofColumn column: Int) {
    for index in 0..<classes { inputGradient?[place(class: index, column: column)] = 0 }
  }

  /// The sum of the weights of all classes.
  @inlinable @inline(__always)
  var weightSum: Double {
    guard let weight else { return Double(classes) }
    return Lanes.reduce(count: classes, 0, +) { Double(weight[$0]) }
  }
}
