package import LossEngine
public import RealMath

/// Cross entropy of a softmax of the similarities of a vector, divided by a temperature τ.
///
/// ```
/// z = s / τ,   loss = log Σⱼ e^z[j] − (1/n) · Σ z[p]  over the n positives p
/// ```
///
/// The vector itself is not among those that are summed over. Without positives the loss is 0, and so is its gradient.
package final class SimilaritySoftmax: SimilarityFunction {
  package init() {}

  package func compute(_ row: SimilarityRow<Float>) -> Double { crossEntropy(row) }
  package func compute(_ row: SimilarityRow<Double>) -> Double { crossEntropy(row) }

  // With the exponentials e, their sum S and the target t, which is 1/n at each positive:
  //
  //   ∂/∂s[j] = (e[j]/S − t[j]) / τ
  //   ∂/∂τ = −Σ (e[j]/S − t[j])·z[j] / τ, where any constant may be taken from z
  //
  // Where the one positive is the largest, S − 1 keeps the digits that e/S − 1 loses.
  @inline(__always)
  private func crossEntropy<C: RealScalar>(_ row: SimilarityRow<C>) -> Double {
    let positives = row.positiveCount
    if positives == 0 {
      if row.needsDerivatives { row.clearDerivatives() }
      return 0
    }
    let temperature = row.parameters[0]
    let results = Scratch<Double>(slots: 1, slotSize: 3)
    defer { results.deallocate() }
    SimilaritySoftmaxKernel(
      row, temperature: max(C(temperature), .leastNonzeroMagnitude), isWeighted: row.needsDerivatives,
      results: results[0])(
        elements: row.count)
    let (largest, sumMinusOne, weightedSum) = (results[0][0], results[0][1], results[0][2])
    let (sum, share) = (sumMinusOne + 1, 1 / Double(positives))
    var gap = 0.0
    row.forEachPositive { gap += largest - Double(row.similarities[$0]) }
    gap *= share
    if row.needsDerivatives {
      // A product with what may be 0 comes before the division by what may be tiny.
      func scaled(_ derivative: Double) -> Double { derivative * row.scale / temperature }
      row.parameterDerivatives[0] = -scaled(weightedSum / sum + gap)
      let only = positives == 1 ? row.positives.first { $0 != row.excluded } : nil
      let exponential = only.map { Double(row.derivatives[$0]) } ?? 0
      FactorKernel(row.derivatives, count: row.count, factor: C(scaled(1 / sum)))(elements: row.count)
      if let only {
        row.derivatives[only] = C(scaled((exponential - 1 - sumMinusOne) / sum))
      } else {
        row.forEachPositive { row.derivatives[$0] -= C(scaled(share)) }
      }
    }
    return gap + log1p(sumMinusOne)
  }
}

/// The exponentials of similarities divided by a temperature, relative to the largest, and their sums.
@usableFromInline
package struct SimilaritySoftmaxKernel<C: RealScalar>: Kernel {
  @usableFromInline let similarities: UncheckedBuffer<C>
  @usableFromInline let exponentials: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let excluded: Int
  @usableFromInline let temperature: C
  /// Whether the sum for the derivative with respect to the temperature is made.
  @usableFromInline let isWeighted: Bool
  /// The largest quotient, the sum of the exponentials minus 1, and the sum of exponential · (quotient − largest).
  @usableFromInline let results: UncheckedBuffer<Double>

  package init(
    _ row: SimilarityRow<C>, temperature: C, isWeighted: Bool, results: UncheckedBuffer<Double>
  ) {
    (similarities, exponentials, count) = (row.similarities, row.derivatives, row.count)
    (excluded, self.temperature, self.isWeighted) = (row.excluded, temperature, isWeighted)
    self.results = results
  }

  @export(implementation) @inline(__always)
  package func run() {
    let (quotients, exponentials) = (similarities, exponentials)
    for index in 0..<count { quotients[index] = quotients[index] / temperature }
    if excluded >= 0 { quotients[excluded] = -.infinity }
    // A NaN may hide the maximum. Then the sum of the exponentials is NaN.
    let largest = Lanes.reduce(
      count: count, -.infinity, { $0 > $1 ? $0 : $1 }, { quotients[$0] })
    if excluded >= 0 { quotients[excluded] = largest }
    for index in 0..<count { exponentials[index] = expNonPositive(quotients[index] - largest) }
    if excluded >= 0 { exponentials[excluded] = 0 }
    var ones: C = 0
    let others = Summation.sumOfExponentials(exponentials, count: count, ones: &ones)
    results[0] = Double(largest)
    results[1] = others + Double(ones - 1)
    results[2] =
      isWeighted
      ? Summation.sum(count: count) { exponentials[$0] * (quotients[$0] - largest) } : 0
  }
}

/// Multiplies numbers by a factor in their place.
@usableFromInline
package struct FactorKernel<C: RealScalar>: Kernel {
  @usableFromInline let numbers: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let factor: C

  package init(_ numbers: UncheckedBuffer<C>, count: Int, factor: C) {
    (self.numbers, self.count, self.factor) = (numbers, count, factor)
  }

  @export(implementation) @inline(__always)
  package func run() { for index in 0..<count { numbers[index] *= factor } }
}
