import LossRegistry
import Losses

/// A loss, measure or activation that also has a plain implementation: scalar loops over the formulas of its page.
///
/// It shares nothing with the library but the arguments, is slow, and is meant to be obviously right.
protocol PlainLoss: Adapter {
  /// Returns the plain call, or records the faults for which the library must reject these arguments.
  ///
  /// - Parameter numbers: Makes numbers of the precision that the library computes in.
  func plain(_ arguments: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall?
}

/// The precision of a computation: that of `Float` for half-precision arguments.
struct Precision {
  let ulp: Double
  let leastNormal: Double

  init<S: LossScalar>(of _: S.Type) {
    ulp = Double(S.Computation.ulpOfOne)
    leastNormal = Double(S.Computation.leastNormalMagnitude)
  }

  /// An argument, which is exact.
  func callAsFunction(_ argument: Double) -> Bounded { Bounded(argument, ulp: ulp) }

  func callAsFunction(_ tensor: Tensor<Double>) -> [Bounded] { tensor.scalars.map { self($0) } }

  /// Whether a hyperparameter is finite in this precision.
  func isFinite(_ hyperparameter: Double) -> Bool {
    ulp > Double.ulpOfOne ? Float(hyperparameter).isFinite : hyperparameter.isFinite
  }

  /// Whether a number is positive, and its reciprocal finite in this precision.
  func isDivisor(_ number: Double) -> Bool {
    number > 0 && (ulp > Double.ulpOfOne ? (1 / Float(number)).isFinite : (1 / number).isFinite)
  }

  /// A hyperparameter, which the library may round to the precision of the computation: beyond its range, to infinity.
  func rounded(_ hyperparameter: Double) -> Bounded {
    if ulp > Double.ulpOfOne, Float(hyperparameter).isInfinite {
      return Bounded(Double(Float(hyperparameter)), ulp: ulp)
    }
    let isExact = ulp <= Double.ulpOfOne || Double(Float(hyperparameter)) == hyperparameter
    return Bounded(hyperparameter, error: isExact ? 0 : ulp * hyperparameter.magnitude, ulp: ulp)
  }
}

/// The values of a call by the plain formulas, and the gradients for any factors of the values.
struct PlainCall {
  /// The shape of the values before a reduction.
  var shape: Shape
  var values: [Bounded]
  /// The denominator of `mean`.
  var mean: Bounded = 1
  /// What each value adds to that; `nil` stands for 1.
  var meanWeights: [Bounded]?
  /// The denominator of `batchMean`.
  var batch = 1
  /// What `mean` multiplies each value by before it divides the sum.
  var meanFactors: [Bounded]?
  /// Returns the gradients with respect to each differentiable argument, if the derivative of the objective with respect
  /// to each value is given.
  var gradients: (_ scales: [Bounded]) -> Labelled<[Bounded]>

  /// The value after a reduction.
  func value(_ reduction: Reduction) -> [Bounded] {
    if reduction == .none { return values }
    return [zip(values, factors(reduction)).map { $1.ulp == 0 ? $0 : $0 * $1 }.sum / denominator(reduction)]
  }

  /// The gradients after a reduction.
  func gradients(_ reduction: Reduction, upstream: Tensor<Double>?, _ numbers: Precision) -> Labelled<
    [Bounded]
  > {
    if reduction == .none { return gradients(upstream.map { numbers($0) } ?? values.map { _ in numbers(1) }) }
    let scale = numbers(upstream?.item ?? 1) / denominator(reduction)
    return gradients(factors(reduction).map { $0.ulp == 0 ? scale : scale * $0 })
  }

  private func factors(_ reduction: Reduction) -> [Bounded] {
    (reduction == .mean ? meanFactors : nil) ?? values.map { _ in 1 }
  }

  func shape(_ reduction: Reduction) -> Shape { reduction == .none ? shape : [] }

  private func denominator(_ reduction: Reduction) -> Bounded {
    switch reduction {
    case .none, .sum: 1
    case .mean: mean
    case .batchMean: Bounded(Double(batch))
    case .sumDivided(let denominator): Bounded(denominator)
    }
  }
}
