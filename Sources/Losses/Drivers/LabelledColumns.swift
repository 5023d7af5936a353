internal import RealMath

/// What is known of each column of a panel whose columns have labels. Those of ignored columns are made up; nothing of
/// these may come to show.
struct LabelledColumns<C: RealScalar> {
  let labels: Numbers<Int>
  /// The scores for the labels.
  let scores: Numbers<C>
  /// The weights of the labels.
  let weights: Numbers<Double>
  /// The exponentials of the labels.
  let exponentials: Numbers<C>
  let maxima: Numbers<C>
  /// The sums of the exponentials, less 1.
  let rests: Numbers<Double>
  let logSums: Numbers<C>
  let gaps: Numbers<Double>
  /// What the exponentials of each column are multiplied by in the gradient, and the gradient at the label.
  let factors: Numbers<C>
  let gradients: Numbers<C>
  private let panel: ClassPanel<C>
  private let numbers: Scratch<C>
  private let doubles: Scratch<Double>
  private let integers: Scratch<Int>

  @inline(__always)
  init<Order: PanelOrder>(_ panel: ClassPanel<C>, _: Order.Type, weight: (_ class: Int) -> C) {
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
      weights[column] = Double(weight(label))
    }
  }

  /// Finds the scores of the labels, once the maxima are known and the panel is in the cache.
  @inline(__always)
  func findScores<Order: PanelOrder>(_: Order.Type) {
    for column in 0..<panel.columns {
      scores[column] = panel.input[Order.place(class: labels[column], column: column)]
    }
    for column in 0..<panel.columns { exponentials[column] = expNonPositive(scores[column] - maxima[column]) }
  }

  func deallocate() {
    numbers.deallocate()
    doubles.deallocate()
    integers.deallocate()
  }

  /// Calls `body` for the columns that count for nothing.
  @inline(__always)
  func forEachIgnored(_ body: (_ column: Int) -> Void) {
    for column in 0..<panel.columns where panel.labels[column] == panel.ignoreIndex { body(column) }
  }
}
