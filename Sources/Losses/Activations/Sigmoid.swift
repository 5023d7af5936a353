public import RealMath

/// The logistic function, σ(x) = 1 / (1 + e⁻ˣ), of each element.
///
///     Sigmoid()([-1, 0, 1] as Tensor<Float>)  // [0.26894143, 0.5, 0.7310586]
///
/// [PyTorch: Sigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html)
public struct Sigmoid: StagedElementwiseActivation {
  /// Creates the function.
  public init() {}

  public typealias Stage = ExponentialStage

  @inlinable @inline(__always)
  public func argument<S: RealScalar>(_ x: S) -> S { -x.magnitude }

  // With e = e^−|x| and q = e / (1 + e) = σ(−|x|): σ′ = σ(x)·(1 − σ(x)) = (1 − q)·q, which keeps small factors exact.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, _ stage: (S, S)) -> (value: S, derivative: S) {
    let q = stage.0 / (1 + stage.0)
    return (x > 0 ? 1 - q : q, (1 - q) * q)
  }
}
