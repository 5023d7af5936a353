package import Losses

/// The values of a call by the plain formulas, and the gradients for any factors of the values.
package struct PlainCall {
  /// The shape of the values before a reduction.
  var shape: Shape
  var values: [Bounded]
  /// The denominator of `mean`.
  var mean: Bounded = 1
  /// What each value adds to that; `nil` stands for 1.
  var meanWeights: [Bounded]?
  /// Which values a weight of 0 multiplies in the mean: where that are all, it is a mean of nothing, without a gradient.
  var areWeightless: [Bool]?
  /// The denominator of `batchMean`.
  var batch = 1
  /// What `mean` multiplies each value by before it divides the sum.
  var meanFactors: [Bounded]?
  /// Returns the gradients with respect to each differentiable argument, if the derivative of the objective with respect
  /// to each value is given.
  var gradients: (_ scales: [Bounded]) -> Labelled<[Bounded]>

  /// The value after a reduction.
  package func value(_ reduction: Reduction) -> [Bounded] {
    if reduction == .none { return values }
    return [zip(values, factors(reduction)).map { $1.ulp == 0 ? $0 : $0 * $1 }.sum / denominator(reduction)]
  }

  /// The gradients after a reduction.
  package func gradients(_ reduction: Reduction, upstream: Tensor<Double>?, _ numbers: Precision) -> Labelled<
    [Bounded]
  > {
    if reduction == .none { return gradients(upstream.map { numbers($0) } ?? values.map { _ in numbers(1) }) }
    let isOfNothing = reduction == .mean && mean.isZero && areWeightless?.contains(false) == false
    let scale = isOfNothing ? numbers(0) : numbers(upstream?.item ?? 1) / denominator(reduction)
    return gradients(factors(reduction).map { $0.ulp == 0 ? scale : scale * $0 })
  }

  private func factors(_ reduction: Reduction) -> [Bounded] {
    (reduction == .mean ? meanFactors : nil) ?? values.map { _ in 1 }
  }

  package func shape(_ reduction: Reduction) -> Shape { reduction == .none ? shape : [] }

  private func denominator(_ reduction: Reduction) -> Bounded {
    switch reduction {
    case .none, .sum: 1
    case .mean: mean
    case .batchMean: Bounded(Double(batch))
    case .sumDivided(let denominator): Bounded(denominator)
    }
  }
}
