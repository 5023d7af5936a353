public import LossEngine
public import RealMath
public import Tensors

/// The negative log-likelihood of a target t under a Tweedie distribution, the logarithm of whose mean is the input x.
///
/// ```
/// loss = −t · e^((1 − p)·x) / (1 − p) + e^((2 − p)·x) / (2 − p),   1 < p < 2
/// ```
///
///     let loss = try TweedieNLLLoss()([0, 1] as Tensor<Float>, target: [0, 2])
///     print(loss)  // 3.8617826
///
/// Such targets are 0, or a sum of a Poisson number of gamma-distributed amounts: claims of an insurance, rainfall,
/// sales. Their variance is proportional to the power p of their mean. What depends on the target alone is left out.
///
/// **Edge cases**
/// - A target of 0 adds nothing but the second term, also where the input is −∞.
/// - Negative targets are taken as they are.
/// - NaN gives NaN, value and gradient, but for the gradient with respect to a target that is NaN, which does not depend
///   on it.
/// - A power outside 1..<2, or 1 itself, is an error.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// B. Jørgensen, Exponential dispersion models, J. R. Stat. Soc. B 49 (1987),
/// [doi:10.1111/j.2517-6161.1987.tb01685.x](https://doi.org/10.1111/j.2517-6161.1987.tb01685.x).
public struct TweedieNLLLoss: ElementwiseLoss {
  /// The power p of the mean that the variance is proportional to, between 1 (Poisson) and 2 (gamma).
  public var power: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(power: Double = 1.5, reduction: Reduction = .mean) {
    self.power = power
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    guard power > 1, power < 2 else {
      throw .invalidHyperparameter(name: "power", value: power, requirement: "more than 1 and less than 2")
    }
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The logarithms of the means, of any shape.
  ///   - target: The observations, at least 0, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or the power is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // With a = p − 1, b = 2 − p, f = e^(−a·x) and r = e^(b·x):
  //
  //   loss = t·f/a + r/b,   ∂/∂x = r − t·f,   ∂/∂t = f/a
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let (a, b) = (S(power - 1), S(2 - power))
    let (falling, rising) = (exp(-a * x), exp(b * x))
    // 0·∞ is 0.
    let product = select(t == 0, 0, t * falling)
    return ElementwiseTerms(
      value: product / a + rising / b, inputDerivative: rising - product, targetDerivative: falling / a)
  }
}

extension TweedieNLLLoss: ElementwiseFunction {}
