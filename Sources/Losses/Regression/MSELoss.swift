public import RealMath

/// The squared error, (x − t)².
///
///     let loss = try MSELoss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 1.6666666
///
/// Input and target have the same shape. `mean` divides by the number of elements, or by the sum of the weights
/// where there are weights, which have the input's shape.
///
/// [PyTorch: MSELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MSELoss.html)
public struct MSELoss: WeightedElementwiseLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  public var weighting: ElementWeighting { .weightedMean }

  // With d = x − t: ∂d²/∂x = 2d = −∂d²/∂t.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let d = x - t
    return ElementwiseTerms(value: d * d, inputDerivative: 2 * d, targetDerivative: -2 * d)
  }
}
