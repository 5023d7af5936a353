public import LossEngine
public import RealMath
public import Tensors

/// A loss of a distance x: the distance itself for similar pairs (y = 1), and by how much it falls short of a margin
/// for dissimilar ones (y = −1).
///
/// ```
/// loss = x  where y = 1,   max(0, margin − x)  where y = −1
/// ```
///
///     let loss = try HingeEmbeddingLoss()([1, 0.8, 0.5] as Tensor<Float>, target: [1, 1, -1])
///     print(loss)  // 0.76666665
///
/// **Edge cases**
/// - For a target that is neither 1 nor −1, both terms are added.
/// - At the kink, the gradient is that of the slope.
/// - A distance or a target that is NaN gives NaN, value and gradient, but for the gradient of a similar pair, which is
///   1 at any distance. Infinite distances and margins propagate by ordinary arithmetic.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: HingeEmbeddingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.HingeEmbeddingLoss.html)
public struct HingeEmbeddingLoss: ElementwiseLoss {
  /// The distance that dissimilar pairs should have.
  public var margin: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 1, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("margin", margin, .number)
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The distances, of any shape.
  ///   - target: 1 for similar pairs and −1 for dissimilar ones, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or the margin is NaN.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // With z = min(x − margin, 0) the loss of a dissimilar pair is −z. ∂/∂x = 1 for similar pairs, −1 for others up to
  // the margin, the kink included. The loss is constant in y wherever it has a derivative.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target y: S) -> ElementwiseTerms<S> {
    // Similar pairs are as if beyond the margin, by their y = 1. A y that is NaN takes its place too.
    let excess = select(!(y < 1 || y > 1), y, x - S(margin))
    // Beyond the margin z is −0.0, the additive identity. NaN stays NaN.
    let z: S = excess > -0.0 ? -0.0 : excess
    let hingeSlope: S = select(excess <= 0, -1, z)
    return ElementwiseTerms(
      value: select(y == -1, 0, x) - z,
      inputDerivative: select(y == -1, 0 as S, 1) + hingeSlope,
      targetDerivative: 0)
  }
}

extension HingeEmbeddingLoss: ElementwiseFunction {}
