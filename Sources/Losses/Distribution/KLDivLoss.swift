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

  // With p the probability and d = log p − x: loss = p·d, ∂/∂x = −p, ∂/∂p = d + 1 and, since ∂p/∂log p = p,
  // ∂/∂log p = p·(d + 1).
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let p = logTarget ? exp(t) : t
    let d = (logTarget ? t : log(t)) - x
    let isImpossible = p == 0
    let product = p * d
    let slope = logTarget ? product + p : d + 1
    return ElementwiseTerms(
      value: isImpossible ? 0 : product,
      inputDerivative: -p,
      targetDerivative: isImpossible && logTarget ? 0 : slope)
  }
}
