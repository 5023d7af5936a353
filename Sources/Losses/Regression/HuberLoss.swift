public import RealMath

/// Half the squared error where the error is below δ, and a line beyond.
///
/// ```
/// d = x − t,   loss = d² / 2   where |d| < δ,   else δ · (|d| − δ/2)
/// ```
///
///     let loss = try HuberLoss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.6666667
///
/// Input, target and weight, if there is one, have the same shape. `mean` divides by the number of elements, also
/// where there are weights. A δ that is not positive is an error.
///
/// P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35 (1964),
/// [doi:10.1214/aoms/1177703732](https://doi.org/10.1214/aoms/1177703732).
/// [PyTorch: HuberLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html)
public struct HuberLoss: WeightedElementwiseLoss {
  /// The error δ at which the parabola turns into a line.
  public var delta: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(delta: Double = 1, reduction: Reduction = .mean) {
    self.delta = delta
    self.reduction = reduction
  }

  public var weighting: ElementWeighting { .sameShape }

  public func checkHyperparameters() throws(LossError) {
    guard delta > 0 else {
      throw .invalidHyperparameter(name: "delta", value: delta, requirement: "positive")
    }
  }

  // ∂/∂x = c, which is d on the parabola, δ · sign d on the lines; the loss is c · (d − c/2) on both, and ∂/∂t is −c.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let delta = S(delta)
    let d = x - t
    let raised = d < -delta ? -delta : d
    let slope = raised > delta ? delta : raised
    return ElementwiseTerms(
      value: slope * (d - slope / 2),
      inputDerivative: slope,
      targetDerivative: -slope)
  }
}
