public import RealMath

/// The logarithm of the logistic function, log σ(x) = −log(1 + e⁻ˣ), of each element.
///
///     LogSigmoid()([-1, 0, 1] as Tensor<Float>)  // [-1.3132617, -0.6931472, -0.3132617]
///
/// [PyTorch: LogSigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html)
public struct LogSigmoid: StagedElementwiseActivation {
  /// Creates the function.
  public init() {}

  public typealias Stage = LogisticStage

  @inlinable @inline(__always)
  public func argument<S: RealScalar>(_ x: S) -> S { x }

  // With e = e^−|x|: log σ(x) = min(x, 0) − log(1 + e), and (log σ)′ = σ′/σ = 1 − σ(x) = σ(−x).
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, _ stage: (S, S)) -> (value: S, derivative: S) {
    let (e, logarithm) = stage
    return (select(x < 0, x, 0) - logarithm, select(x > 0, e, 1) / (1 + e))
  }
}
