public import RealMath

/// Some columns of the arguments of a loss over classes or of a function along an axis, and memory for the results: what
/// a kernel computes at once.
///
/// - Precondition: Panels hold `classes` · `columns` elements, everything else one number for each column or class, and
///   what is written to overlaps with nothing else.
@usableFromInline
package struct ColumnBlock<C: RealScalar> {
  @usableFromInline package let classes: Int
  @usableFromInline package let columns: Int
  /// Whether the class axis is the last one of the tensor.
  @usableFromInline package let isInnermost: Bool
  /// Whether the input is read where it lies and is larger than the caches.
  @usableFromInline package let isFromMemory: Bool
  @usableFromInline package let input: Panel<C>
  /// The probabilities, where the target is probabilities.
  @usableFromInline package let probabilities: Panel<C>?
  /// The label of each column, or its list of labels, where the target is labels.
  @usableFromInline package let labels: UncheckedBuffer<Int>
  @usableFromInline package let ignoreIndex: Int?
  /// The weight of each class, if there are weights.
  @usableFromInline package let weight: UncheckedBuffer<C>?
  /// What the gradients of each column are multiplied by.
  @usableFromInline package let scales: UncheckedBuffer<Double>
  /// The upstream of each element, of a function with a value for each element, where its gradient is asked for.
  @usableFromInline package let elementUpstream: Panel<C>?
  /// The value of each column, of a function with one.
  @usableFromInline package let values: UncheckedBuffer<Double>
  /// The value of each element, of a function with one.
  @usableFromInline package let elementValues: Panel<C>?
  @usableFromInline package let inputGradient: Panel<C>?
  @usableFromInline package let targetGradient: Panel<C>?
}

extension ColumnBlock {
  /// Returns the label of a column, or `nil` where it is ignored.
  @export(implementation) @inline(__always)
  package func label(ofColumn column: Int) -> Int? {
    labels[column] == ignoreIndex ? nil : labels[column]
  }

  /// Sets the gradient with respect to the input to 0.
  @export(implementation) @inline(__always)
  package func clearInputGradient<Order: PanelOrder>(_: Order.Type) {
    guard let inputGradient else { return }
    let (lines, length) = Order.extent(classes: classes, columns: columns)
    inputGradient.clear(lines: lines, length: length)
  }

  /// Sets the gradient with respect to the input to 0 in the columns that are ignored.
  @export(implementation) @inline(__always)
  package func clearIgnoredInputGradients<Order: PanelOrder>(_: Order.Type) {
    guard let inputGradient else { return }
    forEachIgnored { column in
      for index in 0..<classes { inputGradient[Order.place(class: index, column: column)] = 0 }
    }
  }

  /// Calls `body` for the columns that are ignored.
  @export(implementation) @inline(__always)
  package func forEachIgnored(_ body: (_ column: Int) -> Void) {
    for column in 0..<columns where labels[column] == ignoreIndex { body(column) }
  }

  /// The sum of the weights of all classes.
  @export(implementation) @inline(__always)
  package var weightSum: Double {
    guard let weight else { return Double(classes) }
    return Lanes.reduce(count: classes, 0, +) { Double(weight[$0]) }
  }
}
