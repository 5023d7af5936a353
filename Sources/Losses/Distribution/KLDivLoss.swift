public import LossEngine
public import RealMath
public import Tensors

/// The Kullback–Leibler divergence of the target's distribution from the input's, element by element.
///
/// ```
/// loss = t · (log t − x)       where the target t is a probability
/// loss = eᵗ · (t − x)          where it is a log-probability
/// ```
///
///     let logProbabilities = try LogSoftmax(axis: 1)([[1, 2]] as Tensor<Float>).value()
///     let loss = try KLDivLoss(reduction: .batchMean)(logProbabilities, target: [[0.5, 0.5]])
///     print(loss)  // 0.120114535
///
/// - Important: `mean` divides by the number of elements, which is *not* the divergence of distributions. That is
///   `batchMean`, which divides by the length of axis 0.
///
/// **Edge cases**
/// - An element whose target has probability 0 adds 0, whatever the input is, and has the gradient 0 with respect to
///   the input. With respect to the target it is the limit, −∞; where the target is the log-probability −∞, it is 0.
/// - NaN gives NaN, value and gradient, but for the gradient with respect to the input at an input that is NaN: it is
///   −t, or −eᵗ, at any input. Other infinities propagate by ordinary arithmetic.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// S. Kullback, R. A. Leibler, On information and sufficiency, Ann. Math. Statist. 22 (1951),
/// [doi:10.1214/aoms/1177729694](https://doi.org/10.1214/aoms/1177729694).
/// [PyTorch: KLDivLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html)
public struct KLDivLoss: Hashable, Codable, Sendable {
  /// Whether the target is log-probabilities.
  public var logTarget: Bool
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(logTarget: Bool = false, reduction: Reduction = .mean) {
    self.logTarget = logTarget
    self.reduction = reduction
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: Log-probabilities, of any shape.
  ///   - target: Probabilities, or log-probabilities with ``logTarget``, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    ElementwiseEvaluation<Self, Tensor<Scalar>, InputTargetGradient<Scalar>>(
      self,
      try ElementwiseArguments(
        input: input, target: target, weight: weight, mask: mask, reduction: reduction))
  }
}

// With p the probability and d = log p − x: loss = p·d, ∂/∂x = −p, ∂/∂p = d + 1 and, since ∂p/∂log p = p,
// ∂/∂log p = p·(d + 1). At p = 0 the loss is 0 for any x, and ∂/∂p is log p = −∞, which no finite x moves.

extension KLDivLoss {
  /// The loss of a target that is probabilities.
  @frozen @usableFromInline
  package struct ProbabilityFormula: ElementwiseFormula {
    @usableFromInline package typealias Stage = LogarithmStage

    @inlinable
    init() {}

    @export(implementation) @inline(__always)
    package func argument<S: RealScalar>(_ x: S, _ p: S, _: S) -> S { p }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ p: S, _: S, _ stage: StageValues<LogarithmStage, S>
    ) -> ElementwiseTerms<S> {
      let d = stage.logarithm - x
      return ElementwiseTerms(
        value: select(p == 0, 0, p * d), inputDerivative: -p,
        targetDerivative: select(p == 0, stage.logarithm, d + 1))
    }
  }

  /// The loss of a target that is log-probabilities.
  @frozen @usableFromInline
  package struct LogProbabilityFormula: ElementwiseFormula {
    @usableFromInline package typealias Stage = ExponentialStage

    @inlinable
    init() {}

    @export(implementation) @inline(__always)
    package func argument<S: RealScalar>(_ x: S, _ t: S, _: S) -> S { t }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _: S, _ stage: StageValues<ExponentialStage, S>
    ) -> ElementwiseTerms<S> {
      let p = stage.exponential
      let value = select(p == 0, 0, p * (t - x))
      return ElementwiseTerms(value: value, inputDerivative: -p, targetDerivative: value + p)
    }
  }
}

extension KLDivLoss: ElementwiseFunction {
  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Float>) { runFormula(block) }

  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Double>) { runFormula(block) }

  private func runFormula<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if logTarget {
      LogProbabilityFormula().run(block)
    } else {
      ProbabilityFormula().run(block)
    }
  }
}
