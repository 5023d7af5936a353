public import LossEngine
public import RealMath
public import Tensors

/// The logarithm of the hyperbolic cosine of the error: half its square for small errors, its magnitude for large ones.
///
/// ```
/// loss = log cosh(x − t)
/// ```
///
///     let loss = try LogCoshLoss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.5862612
///
/// **Edge cases**
/// - Errors of any size are exact: nothing overflows, and nothing cancels near 0.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and the gradient ±1; that of two equal
///   infinities is NaN.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// Q. Wang, Y. Ma, K. Zhao, Y. Tian, A comprehensive survey of loss functions in machine learning, Ann. Data Sci. 9
/// (2022), [doi:10.1007/s40745-020-00253-5](https://doi.org/10.1007/s40745-020-00253-5).
public struct LogCoshLoss: ElementwiseLoss {
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predictions, of any shape.
  ///   - target: What they should be, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // With d = x − t, a = |d|, m = 1 − e⁻ᵃ and e = e⁻²ᵃ = (1 − m)²:
  //
  //   log cosh d = (a − log 2) + log(1 + e)        where a ≥ 1
  //              = log(1 + (cosh d − 1)),   cosh d − 1 = m² / (2·(1 − m)),   which does not cancel near 0
  //   ∂/∂x = tanh d = sign d · (1 − e) / (1 + e) = sign d · m·(2 − m) / (1 + e) = −∂/∂t
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let d = x - t
    let a = d.magnitude
    let m = -expm1(-a)
    let rest = 1 - m
    let e = rest * rest
    let isSmall = a < 1
    // Both are at most 1.
    let logarithm = log1pOfUnit(select(isSmall, m * m / (2 * rest), e))
    let tanh = m * (2 - m) / (1 + e)
    let slope = select(d < 0, -tanh, tanh)
    return ElementwiseTerms(
      value: select(isSmall, 0, a - S(Double.ln2)) + logarithm, inputDerivative: slope,
      targetDerivative: -slope)
  }
}

extension LogCoshLoss: ElementwiseFunction {}
