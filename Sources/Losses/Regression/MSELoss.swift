public import LossEngine
public import RealMath
public import Tensors

/// The squared error.
///
/// ```
/// loss = (x − t)²
/// ```
///
///     let loss = try MSELoss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 1.6666666
///
/// **Edge cases**
/// - Without elements, the sum is 0 and the mean NaN.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and the gradient ±∞.
///
/// [PyTorch: MSELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html)
public struct MSELoss: ElementwiseLoss {
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

  // With d = x − t: ∂d²/∂x = 2d = −∂d²/∂t.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let d = x - t
    return ElementwiseTerms(value: d * d, inputDerivative: 2 * d, targetDerivative: -2 * d)
  }
}

extension MSELoss: ElementwiseFunction {}
