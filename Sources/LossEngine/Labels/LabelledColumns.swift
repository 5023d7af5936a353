public import RealMath

/// What is known of each column of a block whose columns have labels.
///
/// The numbers of ignored columns are meaningless, and must not reach any result.
@frozen @usableFromInline
package struct LabelledColumns<C: RealScalar> {
  @usableFromInline package let labels: UncheckedBuffer<Int>
  /// The scores of the labels.
  @usableFromInline package let scores: UncheckedBuffer<C>
  /// The weights of the labels.
  @usableFromInline package let weights: UncheckedBuffer<Double>
  /// e^(score − maximum) of the labels.
  @usableFromInline package let exponentials: UncheckedBuffer<C>
  @usableFromInline package let maxima: UncheckedBuffer<C>
  /// The sums of the exponentials, minus 1.
  @usableFromInline package let sumsMinusOne: UncheckedBuffer<Double>
  /// The logarithms of the sums of the exponentials.
  @usableFromInline package let logSums: UncheckedBuffer<C>
  /// Σ k · (maximum − score), where a target is a factor k for each class.
  @usableFromInline package let maxMinusScores: UncheckedBuffer<Double>
  /// Σ e · (maximum − score) for the exponentials e, where statistics are asked for.
  @usableFromInline package let entropySums: UncheckedBuffer<Double>
  /// What the exponentials of each column are multiplied by in the gradient.
  @usableFromInline package let factors: UncheckedBuffer<C>
  /// The gradient with respect to the score of the label.
  @usableFromInline package let labelGradients: UncheckedBuffer<C>
  @usableFromInline let numbers: Scratch<C>
  @usableFromInline let doubles: Scratch<Double>
  @usableFromInline let integers: Scratch<Int>

  @export(implementation) @inline(__always)
  package init(_ block: ColumnBlock<C>) {
    numbers = Scratch(slots: 6, slotSize: block.columns)
    doubles = Scratch(slots: 4, slotSize: block.columns)
    integers = Scratch(slots: 1, slotSize: block.columns)
    labels = integers[0]
    (weights, maxMinusScores, sumsMinusOne) = (doubles[0], doubles[1], doubles[2])
    entropySums = doubles[3]
    (scores, exponentials, maxima) = (numbers[0], numbers[1], numbers[2])
    (logSums, factors, labelGradients) = (numbers[3], numbers[4], numbers[5])
  }

  @export(implementation) @inline(__always)
  package func deallocate() {
    numbers.deallocate()
    doubles.deallocate()
    integers.deallocate()
  }

  /// Returns the negative logarithm of the label's probability.
  @export(implementation) @inline(__always)
  package func negativeLogProbability(_ column: Int) -> Double {
    (Double(maxima[column]) - Double(scores[column])) + Double(logSums[column])
  }

  /// Returns the logarithm of the sum of the exponentials of the scores.
  @export(implementation) @inline(__always)
  package func logSumExp(_ column: Int) -> Double { Double(maxima[column]) + Double(logSums[column]) }

  /// Returns the sum of the exponentials of all classes but the label's: S − e, exact where the label is almost certain.
  @export(implementation) @inline(__always)
  package func sumOfOthers(_ column: Int) -> Double {
    (1 - Double(exponentials[column])) + sumsMinusOne[column]
  }

  // With d = maximum − score and S the sum of the exponentials: −log p = d + log S, and H = Σ p·(d + log S).
  /// Returns the entropy of the probabilities.
  @export(implementation) @inline(__always)
  package func entropy(_ column: Int) -> Double { Double(logSums[column]) + meanDistance(column) }

  /// Returns Σ p · (maximum − score).
  @export(implementation) @inline(__always)
  package func meanDistance(_ column: Int) -> Double { entropySums[column] / (1 + sumsMinusOne[column]) }
}
