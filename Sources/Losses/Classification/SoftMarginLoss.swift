public import LossEngine
public import RealMath
public import Tensors

/// The logistic loss of a score x and a label y of ±1.
///
/// ```
/// loss = log(1 + e^(−y·x))
/// ```
///
///     let loss = try SoftMarginLoss()([0.3, 0.7] as Tensor<Float>, target: [-1, 1])
///     print(loss)  // 0.62877065
///
/// **Edge cases**
/// - Scores of any size are exact: nothing overflows.
/// - Labels other than ±1 are taken as they are.
/// - NaN gives NaN, value and gradient. An infinite score of the label's sign has value and gradient 0, one of the
///   other sign the value ∞ and the gradient −y.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: SoftMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html)
public struct SoftMarginLoss: ElementwiseLoss {
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

  public typealias Stage = LogisticStage

  // With z = −y·x and e = e^−|z|:
  //
  //   loss = log(1 + eᶻ) = max(z, 0) + log(1 + e),   ∂/∂z = σ(z) = select(z < 0, e, 1) / (1 + e)
  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target y: S) -> S { -y * x }

  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target y: S, _ stage: StageValues<LogisticStage, S>)
    -> ElementwiseTerms<S>
  {
    let e = stage.exponential
    let z = -y * x
    let slope = select(z < 0, e, 1) / (1 + e)
    // 0·∞ is 0.
    return ElementwiseTerms(
      value: select(z < 0, 0, z) + stage.log1p, inputDerivative: -y * slope,
      targetDerivative: select(slope == 0, 0, -x * slope))
  }
}

extension SoftMarginLoss: ElementwiseFunction {}
