public import LossEngine
public import RealMath
public import Tensors

/// How far two scores are from being ranked as the label says, by a margin: x₁ above x₂ where y = 1, below it where
/// y = −1.
///
/// ```
/// loss = max(0, −y · (x₁ − x₂) + margin)
/// ```
///
///     let loss = try MarginRankingLoss()([1, 2] as Tensor<Float>, input2: [2, 1], target: [1, 1])
///     print(loss)  // 0.5
///
/// **Edge cases**
/// - At the kink, the gradient is that of the slope.
/// - Labels other than ±1 are taken as they are.
/// - NaN gives NaN, value and gradient. The difference of equal infinities has the value NaN and no slope: the gradient
///   with respect to the scores is 0.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: MarginRankingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html)
public struct MarginRankingLoss: Hashable, Codable, Sendable {
  /// By how much the right score should be larger.
  public var margin: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  /// Returns the loss of two scores and a label.
  ///
  /// - Parameters:
  ///   - input1: The first scores, of any shape.
  ///   - input2: The second scores, in the same shape.
  ///   - target: The labels, 1 or −1, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the input's shape; all ones if it is `nil`. `mean`
  ///     divides by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or the margin is NaN.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, input2: Tensor<Scalar>, target: Tensor<Scalar>,
    weight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairTargetGradient<Scalar>> {
    try Check.hyperparameter("margin", margin, .number)
    try Check.shape(of: target, named: "target", is: input1.shape)
    return ElementwiseEvaluation<Self, PairGradient<Scalar>, PairTargetGradient<Scalar>>(
      self,
      try ElementwiseArguments(
        input: input1, target: input2, named: "input2", third: ("target", target), weight: weight, mask: mask,
        reduction: reduction))
  }
}

extension MarginRankingLoss: ElementwiseFormula {
  @export(implementation) @inline(__always)
  package static var derivativeCount: Int { 3 }

  // On the slope, ∂/∂x₁ = −y = −∂/∂x₂ and ∂/∂y = x₂ − x₁, which finite scores may be too far apart for. A gap of ∞ − ∞ has
  // no slope; one that comes from NaN has NaN.
  @export(implementation) @inline(__always)
  package func terms<S: RealScalar>(
    _ x1: S, _ x2: S, _ y: S, _ stage: StageValues<NoStage, S>
  ) -> ElementwiseTerms<S> {
    let gap = -y * (x1 - x2) + S(margin)
    let step: S = gap >= 0 ? 1 : 0
    let slope = select(x1 == x1, select(x2 == x2, step, gap), gap)
    let isFinite = x1.magnitude < .infinity && x2.magnitude < .infinity
    return ElementwiseTerms(
      value: gap < 0 ? 0 : gap,
      inputDerivative: -y * slope,
      targetDerivative: y * slope,
      thirdDerivative: select(y == y, select(slope == 0 && isFinite, 0, (x2 - x1) * slope), y))
  }
}
