public import LossEngine
public import RealMath
public import Tensors

/// A focal loss for several labels at once, with separate exponents for positives and negatives. Negatives that are
/// predicted well are left out.
///
/// ```
/// p = σ(x),   h = max(0, p − clip),   u = t·(1 − p) + (1 − t)·h,   γ(t) = γ₊·t + γ₋·(1 − t)
/// loss = −u^γ(t) · (t·log p + (1 − t)·log(1 − h))
/// ```
///
///     let loss = try AsymmetricLoss()([2, 0, -4] as Tensor<Float>, target: [1, 0, 0])
///     print(loss)  // 0.01321508
///
/// Most labels of a sample are negatives, which outweigh its positives in ``BCEWithLogitsLoss``. Here a negative with
/// p ≤ clip counts for nothing.
///
/// **Edge cases**
/// - Scores of any size are exact. PyTorch Image Models bound the probabilities by 10⁻⁸ before they take logarithms.
/// - At the kink, p = clip, the gradient is that of the slope.
/// - NaN gives NaN, value and gradient. A target outside 0...1, or NaN, is an error.
/// - At x = ±∞, value and gradient with respect to the input are the limits.
/// - An exponent that is negative or infinite, also when it is rounded to the type of the computation, is an error, and so is a
///   clip outside 0...1, or one that is not 0 but has no reciprocal in that type.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// T. Ridnik et al., Asymmetric loss for multi-label classification, ICCV 2021,
/// [doi:10.1109/ICCV48922.2021.00015](https://doi.org/10.1109/ICCV48922.2021.00015).
public struct AsymmetricLoss: ElementwiseLoss {
  public typealias Stage = LogisticStage

  /// The exponent γ₋ of negatives.
  public var negativeGamma: Double
  /// The exponent γ₊ of positives.
  public var positiveGamma: Double
  /// The probability up to which a negative costs nothing.
  public var clip: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(
    negativeGamma: Double = 4, positiveGamma: Double = 1, clip: Double = 0.05, reduction: Reduction = .mean
  ) {
    self.negativeGamma = negativeGamma
    self.positiveGamma = positiveGamma
    self.clip = clip
    self.reduction = reduction
  }

  public func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError) {
    try Check.hyperparameter("negativeGamma", negativeGamma, .finiteNonNegative, in: type)
    try Check.hyperparameter("positiveGamma", positiveGamma, .finiteNonNegative, in: type)
    try Check.hyperparameter("clip", clip, .unit)
    if clip > 0 { try Check.divisor("clip", clip, in: type) }
  }

  public var targetDomain: ClosedRange<Double>? { 0...1 }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The scores, of any shape.
  ///   - target: The labels, 1 or 0, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or a target or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

  // With q = 1 − p, h' the slope of h in p, 0 or 1, a = −log p, b = −log(1 − h) = log(1 + h/(1 − h)), m = u^γ(t) and
  // c = t·a + (1 − t)·b, the loss is m·c. Since ∂p/∂x = p·q and ∂a/∂x = −q:
  //
  //   ∂u/∂x = p·q·((1 − t)·h' − t),   ∂c/∂x = (1 − t)·h'·p·q/(1 − h) − t·q,   ∂u/∂t = q − h,   ∂c/∂t = a − b
  //   ∂/∂x = m·(γ(t)·∂u/∂x·c/u + ∂c/∂x)
  //   ∂/∂t = m·((γ₊ − γ₋)·log u·c + γ(t)·∂u/∂t·c/u + ∂c/∂t)
  //
  // As u → 0, so does c, and all products with m. But the last bracket is large where u and c vanish as e^−x does, and u^γ
  // need not vanish for a small γ; there c/u goes to 1.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    let (clip, e) = (S(clip), stage.exponential)
    let (positiveGamma, negativeGamma) = (S(positiveGamma), S(negativeGamma))
    let (larger, smaller) = (1 / (1 + e), e / (1 + e))
    let (p, q) = (select(x < 0, smaller, larger), select(x < 0, larger, smaller))
    // Near 1 the complements have more digits: a p that rounds to a clip of 1 is below it.
    let excess = select(clip > 0.5 && x > 0, S(1 - self.clip) - q, p - clip)
    let h = excess < 0 ? 0 : excess
    let keptNegative = select(excess < 0, 0, 1 - t)
    let complement = q + clip > 1 ? 1 : q + clip

    let a = select(x < 0, -x, 0) + stage.log1p
    let softplus = select(x > 0, x, 0) + stage.log1p
    let b = select(clip == 0, softplus, log1p(h / complement))
    // 0·∞ is 0.
    let c = select(t == 0, 0, t * a) + select(t == 1, 0, (1 - t) * b)
    let u = t * q + (1 - t) * h
    let logU = log(u)
    let gamma = positiveGamma * t + negativeGamma * (1 - t)
    let m = select(gamma == 0, 1, exp(gamma * logU))
    let ratio = select(u == 0, 0, c / u)

    let pq = smaller / (1 + e)
    let powerSlope = select(pq == 0, 0, gamma * (pq * (keptNegative - t)) * ratio)
    let entropySlope = keptNegative * (p * select(clip == 0, 1, q / complement)) - t * q
    let exponentSlope = (positiveGamma - negativeGamma) * logU
    let isSure = t == 1 && x > 0
    let targetM = select(isSure && gamma > 0, exp(gamma * (-x - stage.log1p)), m)
    let targetRatio = select(isSure && e < .leastNormalMagnitude, 1, ratio)
    let targetPowerSlope =
      select(u == 0 || exponentSlope == 0, 0, exponentSlope * c)
      + select(gamma == 0, 0, gamma * (q - h) * targetRatio)
    return ElementwiseTerms(
      value: select(m == 0, 0, m * c), inputDerivative: m * (powerSlope + entropySlope),
      targetDerivative: select(targetM == 0, 0, targetM * (targetPowerSlope + (a - b))))
  }
}

extension AsymmetricLoss: ElementwiseFunction {}
