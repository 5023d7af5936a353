public import RealMath

/// The logistic function, σ(x) = 1 / (1 + e⁻ˣ), of each element.
///
///     Sigmoid()([-1, 0, 1] as Tensor<Float>)  // [0.26894143, 0.5, 0.7310586]
///
/// [PyTorch: Sigmoid](https://docs.pytorch.org/docs/stable/generated/torch.nn.Sigmoid.html)
public struct Sigmoid: ElementwiseActivation {
  /// Creates the function.
  public init() {}

  // σ′ = σ(x)·(1 − σ(x)) = σ(|x|)·σ(−|x|), where the second form keeps small factors exact.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S) -> (value: S, derivative: S) {
    let q = sigmoid(-x.magnitude)
    return (x > 0 ? 1 - q : q, (1 - q) * q)
  }
}
