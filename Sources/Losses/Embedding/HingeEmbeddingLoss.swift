public import RealMath

/// A loss of a distance x: the distance itself for similar pairs (y = 1), and how far it falls short of a margin for
/// others (y = −1).
///
/// ```
/// loss = x  where y = 1,   max(0, margin − x)  where y = −1
/// ```
///
///     let loss = try HingeEmbeddingLoss()([1, 0.8, 0.5] as Tensor<Float>, target: [1, 1, -1])
///     print(loss)  // 0.76666665
///
/// Input and target have the same shape; `mean` divides by the number of elements. For a target that is neither 1 nor
/// −1 both are added.
///
/// [PyTorch: HingeEmbeddingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html)
public struct HingeEmbeddingLoss: ElementwiseLoss {
  /// The distance that dissimilar pairs should have.
  public var margin: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 1, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  // ∂/∂x = 1 for similar pairs, −1 for others up to the margin, the kink included. The loss is constant in y wherever
  // it has a derivative.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target y: S) -> ElementwiseTerms<S> {
    // Similar pairs are as if beyond the margin. A gap that is not a number stays one, but has no slope.
    let gap = select(y == 1, -1, S(margin) - x)
    let hinge = gap < 0 ? 0 : gap
    let hingeSlope: S = gap >= 0 ? -1 : 0
    return ElementwiseTerms(
      value: select(y == -1, 0, x) + hinge,
      inputDerivative: select(y == -1, 0 as S, 1) + hingeSlope,
      targetDerivative: 0)
  }
}
