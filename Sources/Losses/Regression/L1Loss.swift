public import RealMath

/// The absolute error, |x − t|.
///
///     let loss = try L1Loss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 1.0
///
/// Input and target have the same shape. `mean` divides by the number of elements, or by the sum of the weights
/// where there are weights, which have the input's shape.
///
/// At x = t, where there is none, the derivative is 0, and so it is where the difference is not a number.
///
/// [PyTorch: L1Loss](https://docs.pytorch.org/docs/stable/generated/torch.nn.L1Loss.html)
public struct L1Loss: WeightedElementwiseLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  public var weighting: ElementWeighting { .weightedMean }

  // With d = x − t: ∂|d|/∂x = sign d = −∂|d|/∂t.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let d = x - t
    let sign: S = (d > 0 ? 1 : 0) - (d < 0 ? 1 : 0)
    return ElementwiseTerms(value: d.magnitude, inputDerivative: sign, targetDerivative: -sign)
  }
}
