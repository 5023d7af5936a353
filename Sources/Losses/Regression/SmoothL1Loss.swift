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
    // A parabola narrower than any normal number is a line to any precision.
    let isLine = line.value >= beta || beta < S.leastNormalMagnitude
    let slope = select(isLine, line.inputDerivative, (x - t) / beta)
    return ElementwiseTerms(
      value: select(isLine, line.value - beta / 2, (x - t) * slope / 2),
      inputDerivative: slope,
      targetDerivative: -slope)
  }

  @inlinable
  public func _compute<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if S(beta) >= .leastNormalMagnitude && S(beta) < .infinity {
      block.compute(LossFormula(loss: ScaledHuberLoss(beta: beta, reduction: reduction)))
    } else {
      block.compute(LossFormula(loss: self))
    }
  }

  /// `HuberLoss` with δ = β, divided by β: the same loss in fewer operations, if β is an ordinary number.
  @usableFromInline
  struct ScaledHuberLoss: ElementwiseLoss {
    @usableFromInline let beta: Double
    @usableFromInline let reduction: Reduction

    @inlinable
    init(beta: Double, reduction: Reduction) {
      self.beta = beta
      self.reduction = reduction
    }

    // With c the gradient of `HuberLoss` its value is c · (d − c/2).
    @inlinable @inline(__always)
    func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
      let c = HuberLoss(delta: beta).terms(x, target: t).inputDerivative
      let slope = c / S(beta)
      return ElementwiseTerms(
        value: slope * ((x - t) - c / 2), inputDerivative: slope, targetDerivative: -slope)
    }
  }
}

extension SmoothL1Loss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { ScaledHuberLoss._addKernels(to: &list) }
}
