public import RealMath

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
/// Input and target have the same shape; `mean` divides by the number of elements. `full` adds Stirling's
/// approximation of log t!, t·log t − t + ½·log(2πt), where t > 1.
///
/// [PyTorch: PoissonNLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.PoissonNLLLoss.html)
public struct PoissonNLLLoss: ElementwiseLoss {
  /// Whether the input is the logarithm of the rate.
  public var logInput: Bool
  /// Whether the part of the likelihood that depends on the target alone is added.
  public var full: Bool
  /// What is added to a rate before its logarithm is taken.
  public var eps: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(logInput: Bool = true, full: Bool = false, eps: Double = 1e-8, reduction: Reduction = .mean) {
    self.logInput = logInput
    self.full = full
    self.eps = eps
    self.reduction = reduction
  }

  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    switch (logInput, full) {
    case (true, false): LogRate<NoRest>(loss: self).terms(x, target: t)
    case (true, true): LogRate<Stirling>(loss: self).terms(x, target: t)
    case (false, false): Rate<NoRest>(loss: self).terms(x, target: t)
    case (false, true): Rate<Stirling>(loss: self).terms(x, target: t)
    }
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    switch (logInput, full) {
    case (true, false): LogRate<NoRest>(loss: self)._compute(block)
    case (true, true): LogRate<Stirling>(loss: self)._compute(block)
    case (false, false): Rate<NoRest>(loss: self)._compute(block)
    case (false, true): Rate<Stirling>(loss: self)._compute(block)
    }
  }
}

// The choices are types, as a choice inside a loop over elements would be made at each of them.

extension PoissonNLLLoss {
  /// The loss of an input x that is the logarithm of the rate: ∂/∂x = eˣ − t, ∂/∂t = −x.
  @usableFromInline
  struct LogRate<Rest: PoissonRest>: StagedElementwiseLoss {
    @usableFromInline typealias Stage = ExponentialStage
    @usableFromInline let loss: PoissonNLLLoss

    @inlinable
    init(loss: PoissonNLLLoss) { self.loss = loss }

    @inlinable var reduction: Reduction { loss.reduction }

    @inlinable @inline(__always)
    func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

    @inlinable @inline(__always)
    func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
      let rate = stage.0
      // No count adds nothing, even where the logarithm is infinite.
      return Rest.added(
        to: ElementwiseTerms(
          value: rate - select(t == 0, 0, t * x), inputDerivative: rate - t, targetDerivative: -x),
        target: t)
    }
  }

  /// The loss of an input x that is the rate itself: ∂/∂x = 1 − t/(x + eps), ∂/∂t = −log(x + eps).
  @usableFromInline
  struct Rate<Rest: PoissonRest>: StagedElementwiseLoss {
    @usableFromInline typealias Stage = LogarithmStage
    @usableFromInline let loss: PoissonNLLLoss

    @inlinable
    init(loss: PoissonNLLLoss) { self.loss = loss }

    @inlinable var reduction: Reduction { loss.reduction }

    @inlinable @inline(__always)
    func argument<S: RealScalar>(_ x: S, target t: S) -> S { x + S(loss.eps) }

    @inlinable @inline(__always)
    func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
      let logRate = stage.0
      return Rest.added(
        to: ElementwiseTerms(
          value: x - select(t == 0, 0, t * logRate), inputDerivative: 1 - t / (x + S(loss.eps)),
          targetDerivative: -logRate),
        target: t)
    }
  }

  /// The part of the likelihood that depends on the target alone.
  @usableFromInline
  protocol PoissonRest: Sendable {
    static func added<S: RealScalar>(to terms: ElementwiseTerms<S>, target: S) -> ElementwiseTerms<S>
  }

  @usableFromInline
  enum NoRest: PoissonRest {
    @inlinable @inline(__always)
    static func added<S: RealScalar>(to terms: ElementwiseTerms<S>, target: S) -> ElementwiseTerms<S> {
      terms
    }
  }

  /// Stirling's approximation, whose derivative is log t + 1/(2t), where t > 1.
  @usableFromInline
  enum Stirling: PoissonRest {
    @inlinable @inline(__always)
    static func added<S: RealScalar>(to terms: ElementwiseTerms<S>, target t: S) -> ElementwiseTerms<S> {
      let logTarget = log(t)
      let stirling = t * logTarget - t + (logTarget + S(PoissonNLLLoss.log2Pi)) / 2
      let slope = logTarget + 1 / (2 * t)
      var terms = terms
      terms.value += select(t > 1, stirling, 0)
      terms.targetDerivative += select(t > 1, slope, 0)
      return terms
    }
  }

  /// log 2π.
  @inlinable static var log2Pi: Double { 0x1.d67f1c864beb5p+0 }
}

extension PoissonNLLLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    LogRate<NoRest>._addKernels(to: &list)
    LogRate<Stirling>._addKernels(to: &list)
    Rate<NoRest>._addKernels(to: &list)
    Rate<Stirling>._addKernels(to: &list)
  }
}
