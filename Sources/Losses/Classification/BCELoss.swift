public import RealMath

/// Binary cross entropy of probabilities, −(t·log x + (1 − t)·log(1 − x)).
///
///     let loss = try BCELoss()([0.5, 0.9] as Tensor<Float>, target: [1, 1])
///     print(loss)  // 0.39925388
///
/// Input and target have the same shape and hold numbers in 0...1; anything else is an error. A weight can be
/// broadcast to that shape. `mean` divides by the number of elements, also where there are weights.
///
/// Logarithms are held above −100, so that the loss of a certain and wrong prediction is finite, and so is its
/// gradient. For scores that are not probabilities yet, `BCEWithLogitsLoss` is exact where this one is not.
///
/// [PyTorch: BCELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html)
public struct BCELoss: WeightedElementwiseLoss, StagedElementwiseLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  public var weighting: ElementWeighting { .broadcast }
  public var inputDomain: ClosedRange<Double>? { 0...1 }
  public var targetDomain: ClosedRange<Double>? { 0...1 }

  public typealias Stage = BinaryLogarithmStage

  @inlinable @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

  // With y the smaller of x and 1 − x, and u the share of its logarithm, t or 1 − t, the loss is
  // −u·log y − (1 − u)·log(1 − y).
  //
  // ∂/∂x = −t/x + (1 − t)/(1 − x) = (x − t) / (x·(1 − x)), whose denominator is held above 10⁻¹², as PyTorch's is;
  // ∂/∂t = log(1 − x) − log x.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
    let lowestLogarithm: S = -100
    let lowestDenominator = S(1e-12 as Float)
    let logY = stage.0 < lowestLogarithm ? lowestLogarithm : stage.0
    let isSmaller = x <= 1 - x
    let share = select(isSmaller, t, 1 - t)
    let difference = stage.1 - logY
    let variance = x * (1 - x)
    return ElementwiseTerms(
      value: (share - 1) * stage.1 - share * logY,
      inputDerivative: (x - t) / (variance < lowestDenominator ? lowestDenominator : variance),
      targetDerivative: select(isSmaller, difference, -difference))
  }
}
