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
public struct SoftMarginLoss: ElementwiseLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  // With z = −y·x the loss is softplus z, whose derivative is σ(z).
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target y: S) -> ElementwiseTerms<S> {
    let (slope, value) = logistic(-y * x)
    return ElementwiseTerms(value: value, inputDerivative: -y * slope, targetDerivative: -x * slope)
  }
}
