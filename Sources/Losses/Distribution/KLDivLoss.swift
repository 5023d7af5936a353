public import RealMath

/// The Kullback–Leibler divergence of the target's distribution from the input's, element by element.
///
/// ```
/// loss = t · (log t − x)       where the target t is a probability
/// loss = eᵗ · (t − x)          where it is the logarithm of one
/// ```
///
///     let logProbabilities = try LogSoftmax(axis: 1)([[1, 2]] as Tensor<Float>)
///     let loss = try KLDivLoss(reduction: .batchMean)(logProbabilities, target: [[0.5, 0.5]])
///     print(loss)  // 0.120114535
///
/// The input x is log-probabilities; the target has the same shape. `mean` divides by the number of elements, which is
/// *not* the divergence of distributions: that is `batchMean`, which divides by the length of axis 0. What has
/// probability 0 adds 0.
///
/// S. Kullback, R. A. Leibler, On information and sufficiency, Ann. Math. Statist. 22 (1951),
/// [doi:10.1214/aoms/1177729694](https://doi.org/10.1214/aoms/1177729694).
/// [PyTorch: KLDivLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.KLDivLoss.html)
public struct KLDivLoss: ElementwiseLoss {
  /// Whether the target is logarithms of probabilities.
  public var logTarget: Bool
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(logTarget: Bool = false, reduction: Reduction = .mean) {
    self.logTarget = logTarget
    self.reduction = reduction
  }

  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    logTarget
      ? LogTarget(reduction: reduction).terms(x, target: t) : Target(reduction: reduction).terms(x, target: t)
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if logTarget {
      LogTarget(reduction: reduction)._compute(block)
    } else {
      Target(reduction: reduction)._compute(block)
    }
  }

  // With p the probability and d = log p − x: loss = p·d, ∂/∂x = −p, ∂/∂p = d + 1 and, since ∂p/∂log p = p,
  // ∂/∂log p = p·(d + 1).

  /// The loss of a target that is probabilities.
  @usableFromInline
  struct Target: StagedElementwiseLoss {
    @usableFromInline typealias Stage = LogarithmStage
    @usableFromInline let reduction: Reduction

    @inlinable
    init(reduction: Reduction) { self.reduction = reduction }

    @inlinable @inline(__always)
    func argument<S: RealScalar>(_ x: S, target p: S) -> S { p }

    @inlinable @inline(__always)
    func terms<S: RealScalar>(_ x: S, target p: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
      let d = stage.0 - x
      return ElementwiseTerms(
        value: select(p == 0, 0, p * d), inputDerivative: -p, targetDerivative: d + 1)
    }
  }

  /// The loss of a target that is logarithms of probabilities.
  @usableFromInline
  struct LogTarget: StagedElementwiseLoss {
    @usableFromInline typealias Stage = ExponentialStage
    @usableFromInline let reduction: Reduction

    @inlinable
    init(reduction: Reduction) { self.reduction = reduction }

    @inlinable @inline(__always)
    func argument<S: RealScalar>(_ x: S, target t: S) -> S { t }

    @inlinable @inline(__always)
    func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
      let p = stage.0
      let value = select(p == 0, 0, p * (t - x))
      return ElementwiseTerms(value: value, inputDerivative: -p, targetDerivative: value + p)
    }
  }
}

extension KLDivLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    Target._addKernels(to: &list)
    LogTarget._addKernels(to: &list)
  }
}
