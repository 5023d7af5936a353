public import LossEngine
public import RealMath
public import Tensors

/// The negative log-likelihood of a count t under a Poisson distribution, whose rate the input gives.
///
/// ```
/// loss = eˣ − t·x                 where the input x is the logarithm of the rate
/// loss = x − t·log(x + eps)       where it is the rate itself
/// ```
///
///     let loss = try PoissonNLLLoss()([0, 1] as Tensor<Float>, target: [1, 2])
///     print(loss)  // 0.8591409
///
/// `full` adds Stirling's approximation of log t!, t·log t − t + ½·log(2πt), where t > 1.
///
/// **Edge cases**
/// - A count of 0 adds nothing but the rate, also where the logarithm of the rate is infinite.
/// - With `full`, where the Stirling term does not apply, the gradient with respect to the target leaves it out.
/// - NaN gives NaN, value and gradient, but for the gradient with respect to a target that is NaN, which without `full`
///   does not depend on it. At a finite count, an infinite rate gives ∞, and the gradient with respect to it is 1.
///   Other infinities propagate by ordinary arithmetic.
/// - An eps that is negative or infinite, also when it is rounded to the type of the computation, is an error.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: PoissonNLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html)
public struct PoissonNLLLoss: Hashable, Codable, Sendable {
  /// Whether the input is the logarithm of the rate.
  public var logInput: Bool
  /// Whether the part of the likelihood that depends on the target alone is added.
  public var full: Bool
  /// What is added to a rate before its logarithm is taken.
  public var eps: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(logInput: Bool = true, full: Bool = false, eps: Double = 1e-8, reduction: Reduction = .mean) {
    self.logInput = logInput
    self.full = full
    self.eps = eps
    self.reduction = reduction
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The logarithms of the rates, or the rates without ``logInput``, of any shape.
  ///   - target: The counts, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or eps is negative or infinite.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try Check.hyperparameter("eps", eps, .finiteNonNegative, in: Scalar.Computation.self)
    return ElementwiseEvaluation<Self, Tensor<Scalar>, InputTargetGradient<Scalar>>(
      self,
      try ElementwiseArguments(
        input: input, target: target, weight: weight, mask: mask, reduction: reduction))
  }
}

extension PoissonNLLLoss: ElementwiseFunction {
  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Float>) { runFormula(block) }

  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Double>) { runFormula(block) }

  private func runFormula<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if !full { return runRate(block) }
    // The loss without the term, neither added to other values nor scaled; then what is left to do.
    let scratch = Scratch<S>(slots: 2, slotSize: block.count)
    defer { scratch.deallocate() }
    let (values, ones) = (scratch[0], scratch[1])
    ones.fill(1, count: block.count)
    runRate(block.replacing(value: values, scales: ones))
    StirlingKernel(block: block, values: values)(elements: block.count)
  }

  private func runRate<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if logInput {
      LogRate().run(block)
    } else {
      Rate(eps: eps).run(block)
    }
  }
}

extension PoissonNLLLoss {
  /// The loss of an input x that is the logarithm of the rate: ∂/∂x = eˣ − t, ∂/∂t = −x.
  @frozen @usableFromInline
  package struct LogRate: ElementwiseFormula {
    @usableFromInline package typealias Stage = ExponentialStage

    @inlinable
    init() {}

    @export(implementation) @inline(__always)
    package func argument<S: RealScalar>(_ x: S, _ t: S, _: S) -> S { x }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _: S, _ stage: StageValues<ExponentialStage, S>
    ) -> ElementwiseTerms<S> {
      let rate = stage.exponential
      // There the rate dwarfs t · x, which may be infinite too.
      let logRate = rate > S.greatestFiniteMagnitude ? 1 : x
      // No count adds nothing, even where the logarithm is infinite.
      return ElementwiseTerms(
        value: rate - select(t == 0, 0, t * logRate), inputDerivative: rate - t, targetDerivative: -x)
    }
  }

  /// The loss of an input x that is the rate itself: ∂/∂x = 1 − t/(x + eps) = (x − t + eps) / (x + eps), of which the
  /// latter does not cancel near the minimum; ∂/∂t = −log(x + eps).
  @frozen @usableFromInline
  package struct Rate: ElementwiseFormula {
    @usableFromInline package typealias Stage = LogarithmStage

    @usableFromInline let eps: Double

    @inlinable
    init(eps: Double) { self.eps = eps }

    @export(implementation) @inline(__always)
    package func argument<S: RealScalar>(_ x: S, _ t: S, _: S) -> S { x + S(eps) }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _: S, _ stage: StageValues<LogarithmStage, S>
    ) -> ElementwiseTerms<S> {
      let (logRate, eps) = (stage.logarithm, S(eps))
      // The gradient at ±∞ is the limit, that at the largest number, and so it is where the sum with eps is too large for the
      // type. NaN stays NaN.
      let largest = S.greatestFiniteMagnitude
      let rate = x > largest ? largest : x < -largest ? -largest : x
      let (difference, sum) = ((rate - t) + eps, rate + eps)
      return ElementwiseTerms(
        value: x - select(t == 0, 0, t * (logRate > hugeLogarithm(S.self) ? 1 : logRate)),
        // At a rate of 0 without eps, they may both be 0.
        inputDerivative: select(
          difference == sum, 1,
          (difference > largest ? largest : difference) / (sum > largest ? largest : sum)),
        targetDerivative: -logRate)
    }
  }

  /// Adds Stirling's approximation to the values, and its derivative log t + 1/(2t), where t > 1; and scales the
  /// gradients.
  @usableFromInline
  package struct StirlingKernel<S: RealScalar>: Kernel {
    @usableFromInline let block: ElementwiseBlock<S>
    /// The values without the term.
    @usableFromInline let values: UncheckedBuffer<S>

    @export(implementation) @inline(__always)
    package func run() {
      let (count, target, scales) = (block.count, block.target, block.scales)
      if !block.addsValue {
        // −0.0 is the additive identity.
        block.value.fill(-0.0, count: count)
      }
      for index in 0..<count {
        let t = target[index]
        let logTarget = log(t)
        let stirling = t * logTarget - t + (logTarget + S(Double.Traits.logTwoPi)) / 2
        // NaN is not at most 1, so it stays.
        block.value[index] += values[index] + select(t <= 1, 0, stirling)
        values[index] = logTarget
      }
      if let gradient = block.inputGradient {
        for index in 0..<count { gradient[index] *= scales[index] }
      }
      guard let gradient = block.targetGradient else { return }
      for index in 0..<count {
        let t = target[index]
        let slope = values[index] + 1 / (2 * t)
        gradient[index] = (gradient[index] + select(t <= 1, 0, slope)) * scales[index]
      }
    }
  }
}

/// More than twice the logarithm of any number of a type.
@export(implementation) @inline(__always)
func hugeLogarithm<S: RealScalar>(_: S.Type) -> S { S(2 * S.greatestFiniteMagnitude.exponent) }
