public import RealMath

/// The logistic loss of a score x and an answer y of ±1, log(1 + e^(−y·x)).
///
///     let loss = try SoftMarginLoss()([0.3, 0.7] as Tensor<Float>, target: [-1, 1])
///     print(loss)  // 0.62877065
///
/// Input and target have the same shape; `mean` divides by the number of elements. The value is exact for scores of any
/// size, and nothing overflows. Answers other than ±1 are taken as they are.
///
/// [PyTorch: SoftMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.SoftMarginLoss.html)
public struct SoftMarginLoss: StagedElementwiseLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  public typealias Stage = LogisticStage

  // With z = −y·x and e = e^−|z|:
  //
  //   loss = log(1 + eᶻ) = max(z, 0) + log(1 + e),   ∂/∂z = σ(z) = select(z < 0, e, 1) / (1 + e)
  @inlinable @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target y: S) -> S { -y * x }

  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target y: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
    let (e, logarithm) = stage
    let z = -y * x
    let slope = select(z < 0, e, 1) / (1 + e)
    return ElementwiseTerms(
      value: select(z < 0, 0, z) + logarithm, inputDerivative: -y * slope, targetDerivative: -x * slope)
  }
}
