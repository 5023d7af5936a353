public import LossEngine
public import RealMath
public import Tensors

/// Binary cross entropy of logits that counts an element less, the better it is predicted.
///
/// ```
/// p = σ(x),   u = t·(1 − p) + (1 − t)·p,   α(t) = α·t + (1 − α)·(1 − t)
/// loss = −α(t) · u^γ · (t·log p + (1 − t)·log(1 − p))
/// ```
///
///     let loss = try SigmoidFocalLoss()([3, 0, -3] as Tensor<Float>, target: [1, 1, 1])
///     print(loss)  // 0.24497306
///
/// u is the probability of a wrong answer. The weight α of positives makes up for their number, which is small against
/// that of negatives where objects are to be found in images. Without it, which is `nil`, all count alike.
///
/// **Edge cases**
/// - Scores of any size are exact, also with γ < 1. At x = ±∞, value and gradient with respect to the input are the
///   limits.
/// - With γ = 0 and without α, the loss is ``BCEWithLogitsLoss``.
/// - NaN gives NaN, value and gradient. A target outside 0...1, or NaN, is an error.
/// - A γ that is negative or infinite, also when it is rounded to the type of the computation, is an error, and so is an α outside 0...1.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017,
/// [doi:10.1109/ICCV.2017.324](https://doi.org/10.1109/ICCV.2017.324).
public struct SigmoidFocalLoss: ElementwiseLoss {
  public typealias Stage = LogisticStage

  /// The weight α of positives, that of negatives being 1 − α; both are 1 where it is `nil`.
  public var alpha: Double?
  /// The exponent γ.
  public var gamma: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(alpha: Double? = 0.25, gamma: Double = 2, reduction: Reduction = .mean) {
    self.alpha = alpha
    self.gamma = gamma
    self.reduction = reduction
  }

  public func checkHyperparameters<S: RealScalar>(in type: S.Type) throws(LossError) {
    if let alpha { try Check.hyperparameter("alpha", alpha, .unit) }
    try Check.hyperparameter("gamma", gamma, .finiteNonNegative, in: type)
  }

  public var targetDomain: ClosedRange<Double>? { 0...1 }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The scores, of any shape.
  ///   - target: The labels, 1 or 0, or probabilities in between, in the same shape.
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

  // With e = e^−|x|, the probabilities of the likelier and the other answer are 1/(1 + e) and e/(1 + e). With t' the
  // share of the likelier one in the target, t or 1 − t, and n = t'·e + (1 − t'):
  //
  //   u = n / (1 + e),   m = u^γ,   c = t·(−log p) + (1 − t)·(−log(1 − p)),   loss = α(t)·m·c
  //
  // The derivatives of u are (1 − 2t)·p·(1 − p) and 1 − 2p, those of c are p − t and −x. So nothing but m is a power:
  //
  //   ∂/∂x = α(t)·m·(γ·(1 − 2t)·(p·(1 − p)/u)·c + (p − t)),   p·(1 − p)/u = e / ((1 + e)·n)
  //   ∂/∂t = m·(α'·c + α(t)·(γ·(1 − 2p)/u·c − x)),            (1 − 2p)/u = ±(1 − e)/n
  //
  // Where the other answer has no share in the target, u is e/(1 + e). Though e and c may vanish then, u^γ need not for a
  // small γ, and c/n goes to 1.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    let e = stage.exponential
    let gamma = S(gamma)
    let (positive, negative) = (S(alpha ?? 1), S(alpha.map { 1 - $0 } ?? 1))
    let (likelier, other) = (select(x > 0, t, 1 - t), select(x > 0, 1 - t, t))
    let n = likelier * e + other
    let entropy = BCEWithLogitsLoss().terms(x, target: t, stage)
    let c = entropy.value
    let u = n / (1 + e)
    // 0⁰ is 1.
    let m = select(gamma == 0, 1, exp(gamma * log(u)))
    let alpha = positive * t + negative * (1 - t)
    // Where e is 0, so is this, whatever c is.
    let powerSlope = select(e == 0, 0, (1 - 2 * t) * (e / ((1 + e) * n)) * c)
    let targetM = select(other == 0 && gamma > 0, exp(gamma * (-x.magnitude - stage.log1p)), m)
    let ratio = select(other == 0 && e < .leastNormalMagnitude, 1, c / n)
    // e − 1, without cancellation. The quotient of c and n is finite where that of e − 1 and n is not.
    let expMinusOne = expm1(-x.magnitude)
    let targetPowerSlope = select(gamma == 0, 0, gamma * select(x > 0, expMinusOne, -expMinusOne) * ratio)
    let alphaSlope = positive - negative
    let scale = alpha * m
    // 0·∞ is 0.
    return ElementwiseTerms(
      value: select(scale == 0, 0, scale * c),
      inputDerivative: scale * (gamma * powerSlope + entropy.inputDerivative),
      targetDerivative: select(
        targetM == 0, 0,
        targetM * (select(alphaSlope == 0, 0, alphaSlope * c) + alpha * (targetPowerSlope - x))))
  }
}

extension SigmoidFocalLoss: ElementwiseFunction {}
