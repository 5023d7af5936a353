public import RealMath

/// What is known of each column of a panel whose columns have labels. Those of ignored columns are made up; nothing of
/// these may come to show.
@usableFromInline
struct LabelledColumns<C: RealScalar> {
  @usableFromInline let labels: Numbers<Int>
  /// The scores for the labels.
  @usableFromInline let scores: Numbers<C>
  /// The weights of the labels.
  @usableFromInline let weights: Numbers<Double>
  /// The exponentials of the labels.
  @usableFromInline let exponentials: Numbers<C>
  @usableFromInline let maxima: Numbers<C>
  /// The sums of the exponentials, less 1.
  @usableFromInline let rests: Numbers<Double>
  @usableFromInline let logSums: Numbers<C>
  @usableFromInline let gaps: Numbers<Double>
  /// What the exponentials of each column are multiplied by in the gradient, and the gradient at the label.
  @usableFromInline let factors: Numbers<C>
  @usableFromInline let gradients: Numbers<C>
  @usableFromInline let panel: ClassPanel<C>
  @usableFromInline let numbers: Scratch<C>
  @usableFromInline let doubles: Scratch<Double>
  @usableFromInline let integers: Scratch<Int>

  @inlinable @inline(__always)
  init<Weights: ClassWeights<C>>(_ panel: ClassPanel<C>, weight: Weights) {
    self.panel = panel
    numbers = Scratch(slots: 6, slotSize: panel.columns)
    doubles = Scratch(slots: 3, slotSize: panel.columns)
    integers = Scratch(slots: 1, slotSize: panel.columns)
    labels = integers.numbers(0)
    (weights, gaps, rests) = (doubles.numbers(0), doubles.numbers(1), doubles.numbers(2))
    (scores, exponentials, maxima) = (numbers.numbers(0), numbers.numbers(1), numbers.numbers(2))
    (logSums, factors, gradients) = (numbers.numbers(3), numbers.numbers(4), numbers.numbers(5))
    for column in 0..<panel.columns {
      let label = panel.label(ofColumn: column) ?? 0
      labels[column] = label
      weights[column] = Double(weight[label])
    }
  }

  /// Finds the scores of the labels, once the maxima are known and the panel is in the cache.
  @inlinable @inline(__always)
  func findScores<Order: PanelOrder>(_: Order.Type) {
    for column in 0..<panel.columns {
      scores[column] = panel.input[Order.place(class: labels[column], column: column)]
    }
    for column in 0..<panel.columns { exponentials[column] = expNonPositive(scores[column] - maxima[column]) }
  }

  @inlinable @inline(__always)
  func deallocate() {
    numbers.deallocate()
    doubles.deallocate()
    integers.deallocate()
  }

  /// Calls `body` for the columns that count for nothing.
  @inlinable @inline(__always)
  func forEachIgnored(_ body: (_ column: Int) -> Void) {
    for column in 0..<panel.columns where panel.labels[column] == panel.ignoreIndex { body(column) }
  }
}
