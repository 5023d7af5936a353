public import RealMath

/// The logarithm of the logistic function, log σ(x) = −log(1 + e⁻ˣ), of each element.
///
///     LogSigmoid()([-1, 0, 1] as Tensor<Float>)  // [-1.3132617, -0.6931472, -0.3132617]
///
/// [PyTorch: LogSigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.LogSigmoid.html)
public struct LogSigmoid: ElementwiseActivation {
  /// Creates the function.
  public init() {}

  // (log σ)′ = σ′/σ = 1 − σ(x) = σ(−x).
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S) {
    let (slope, value) = logistic(-x)
    return (-value, slope)
  }
}
