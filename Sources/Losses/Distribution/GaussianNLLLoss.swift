public import LossEngine
public import RealMath
public import Tensors

/// The negative log-likelihood of a target t under a normal distribution, whose mean and variance are predicted.
///
/// ```
/// v = max(variance, eps),   loss = ½ · (log v + (x − t)² / v)
/// ```
///
///     let loss = try GaussianNLLLoss()([1, 2] as Tensor<Float>, target: [1, 4], variance: [1, 4])
///     print(loss)  // 0.5965736
///
/// `full` adds ½·log 2π.
///
/// **Edge cases**
/// - The gradient with respect to the variance passes straight through the clamp, as if the variance were eps where it is
///   less.
/// - A negative variance is an error. One below eps counts as eps, and with an eps of 0, one of 0 counts as the least
///   positive number.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and infinite gradients; an infinite
///   variance has the value ∞ and gradients of 0.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// D. A. Nix, A. S. Weigend, Estimating the mean and variance of the target probability distribution, ICNN 1994,
/// [doi:10.1109/ICNN.1994.374138](https://doi.org/10.1109/ICNN.1994.374138).
/// [PyTorch: GaussianNLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html)
public struct GaussianNLLLoss: Hashable, Codable, Sendable {
  /// Whether the constant part of the likelihood is added.
  public var full: Bool
  /// The least variance. If it is less than any positive number of the scalar type, such a number takes its place.
  public var eps: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(full: Bool = false, eps: Double = 1e-6, reduction: Reduction = .mean) {
    self.full = full
    self.eps = eps
    self.reduction = reduction
  }

  /// Returns the loss at a predicted mean and variance.
  ///
  /// - Parameters:
  ///   - input: The predicted means, of any shape.
  ///   - target: The observations, in the input's shape or one that is broadcast to it.
  ///   - variance: The predicted variances: in the input's shape, or without its last axis, or with exactly one axis of
  ///     length 1 where the input's is longer, or a single number.
  ///   - weight: What each element's value is multiplied by, in the input's shape; all ones if it is `nil`. `mean`
  ///     divides by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target and variance hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, a variance is negative, or eps is.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, variance: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetVarianceGradient<Scalar>> {
    try evaluation(input, target, variance, weight, mask)
  }

  @usableFromInline
  @inline(never)
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  func evaluation<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ variance: Tensor<Scalar>, _ weight: Tensor<Scalar>?,
    _ mask: Tensor<Bool>?
  ) throws(LossError) -> BroadcastEvaluation<Self, InputTargetVarianceGradient<Scalar>> {
    try Check.hyperparameter("eps", eps, .nonNegative)
    let shape = input.shape
    try Check.size(of: shape, named: "input")
    // The last axis of the input may be missing.
    let lacksLastAxis = variance.rank + 1 == shape.count && variance.shape.elementsEqual(shape.dropLast())
    let aligned = lacksLastAxis ? variance.insertingAxis(at: variance.rank) : variance
    let shortened = zip(aligned.shape, shape).filter { $0 != $1 }
    guard variance.rank == 0 || aligned.rank == shape.count, shortened.count <= 1 || variance.rank == 0,
      shortened.allSatisfy({ $0.0 == 1 })
    else { throw .notBroadcastable(argument: "variance", shape: variance.shape, to: shape) }
    try Check.nonNegative(
      variance, named: "variance", as: aligned, broadcastTo: shape, where: Check.mask(mask, is: shape))
    let arguments = try ElementwiseArguments(
      input: input, target: Check.broadcast(target, named: "target", to: shape),
      third: ("variance", aligned), weight: weight, mask: mask, reduction: reduction)
    return BroadcastEvaluation(
      self, arguments, target: BroadcastShape(target.shape),
      third: BroadcastShape(variance.shape, aligned: aligned.shape))
  }
}

extension GaussianNLLLoss: ElementwiseFormula {
  @usableFromInline package typealias Stage = LogarithmStage

  @export(implementation) @inline(__always)
  package static var derivativeCount: Int { 3 }

  @export(implementation) @inline(__always)
  package func argument<S: RealScalar>(_ x: S, _ t: S, _ variance: S) -> S {
    let eps = S(eps)
    // A variance of 0 has no logarithm.
    let least = select(eps > 0, eps, .leastNonzeroMagnitude)
    return variance < least ? least : variance
  }

  // With d = x − t: ∂/∂x = d/v = −∂/∂t and ∂/∂v = ½·(1/v − d²/v²) = ½·(1 − d²/v)/v.
  @export(implementation) @inline(__always)
  package func terms<S: RealScalar>(
    _ x: S, _ t: S, _ variance: S, _ stage: StageValues<LogarithmStage, S>
  ) -> ElementwiseTerms<S> {
    let v = argument(x, t, variance)
    let d = x - t
    let slope = d / v
    let square = d * slope
    let constant: S = full ? S(Double.Traits.logTwoPi) : 0
    return ElementwiseTerms(
      value: (stage.logarithm + square + constant) / 2,
      inputDerivative: slope,
      targetDerivative: -slope,
      thirdDerivative: (1 - square) / v / 2)
  }
}
