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

  // ∂/∂x = eˣ − t or 1 − t/(x + eps); ∂/∂t = −x or −log(x + eps), and log t + 1/(2t) more for Stirling's part.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let shifted = x + S(eps)
    let rate = logInput ? exp(x) : x
    let logRate = logInput ? x : log(shifted)
    let slope = logInput ? rate - t : 1 - t / shifted
    let counts = full && t > 1
    let logTarget = log(t)
    let stirling = t * logTarget - t + (logTarget + S(Self.log2Pi)) / 2
    // No count adds nothing, even where the logarithm is infinite.
    let product = t == 0 ? 0 : t * logRate
    return ElementwiseTerms(
      value: rate - product + (counts ? stirling : 0),
      inputDerivative: slope,
      targetDerivative: -logRate + (counts ? logTarget + 1 / (2 * t) : 0))
  }

  /// log 2π.
  @inlinable static var log2Pi: Double { 0x1.d67f1c864beb5p+0 }
}
