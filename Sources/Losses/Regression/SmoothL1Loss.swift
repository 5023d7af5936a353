public import RealMath

/// The absolute error, rounded off to a parabola where it is below β.
///
/// ```
/// d = x − t,   loss = d² / 2β   where |d| < β,   else |d| − β/2
/// ```
///
///     let loss = try SmoothL1Loss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.6666667
///
/// Input and target have the same shape. `mean` divides by the number of elements. With β = 0 it is `L1Loss`;
/// β times `SmoothL1Loss` is `HuberLoss` with δ = β. A negative β is an error.
///
/// R. Girshick, Fast R-CNN, ICCV 2015, [doi:10.1109/ICCV.2015.169](https://doi.org/10.1109/ICCV.2015.169).
/// [PyTorch: SmoothL1Loss](https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html)
public struct SmoothL1Loss: ElementwiseLoss {
  /// The error β at which the parabola turns into a line.
  public var beta: Double
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(beta: Double = 1, reduction: Reduction = .mean) {
    self.beta = beta
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    guard beta >= 0 else {
      throw .invalidHyperparameter(name: "beta", value: beta, requirement: "at least 0")
    }
  }

  // ∂/∂x = d/β on the parabola, sign d on the lines; ∂/∂t is the opposite.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let beta = S(beta)
    let line = L1Loss().terms(x, target: t)
    // A parabola so narrow that 1/β overflows is a line to any precision.
    let isParabola = !(line.value >= beta) && beta >= S.leastNormalMagnitude
    let slope = (x - t) * (1 / beta)
    return ElementwiseTerms(
      value: isParabola ? (x - t) * slope / 2 : line.value - beta / 2,
      inputDerivative: isParabola ? slope : line.inputDerivative,
      targetDerivative: isParabola ? -slope : line.targetDerivative)
  }
}
