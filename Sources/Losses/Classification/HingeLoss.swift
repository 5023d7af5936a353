public import LossEngine
public import RealMath
public import Tensors

/// By how much the score x of a label t of ±1 falls short of a margin of 1.
///
/// ```
/// loss = max(0, 1 − t·x)
/// ```
///
///     let loss = try HingeLoss()([0.5, -2] as Tensor<Float>, target: [1, 1])
///     print(loss)  // 1.75
///
/// **Edge cases**
/// - At the kink, t·x = 1, the gradient is that of the slope.
/// - Labels other than ±1 are taken as they are.
/// - NaN gives NaN, value and gradient. An infinite score on the label's side has value and gradient 0, one on the other
///   side the value ∞ and the gradient −t.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// C. Cortes, V. Vapnik, Support-vector networks, Machine Learning 20 (1995),
/// [doi:10.1007/BF00994018](https://doi.org/10.1007/BF00994018).
public struct HingeLoss: ElementwiseLoss {
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The scores, of any shape.
  ///   - target: The labels, 1 or −1, in the same shape.
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

  // With z = 1 − t·x, the loss is h = max(z, 0): ∂/∂x = −t and ∂/∂t = −x up to the margin, the kink included. Where z is
  // NaN, so is h.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let z = 1 - t * x
    let h = z < 0 ? 0 : z
    return ElementwiseTerms(
      value: h, inputDerivative: select(z >= 0, -t, h), targetDerivative: select(z >= 0, -x, h))
  }
}

extension HingeLoss: ElementwiseFunction {}
