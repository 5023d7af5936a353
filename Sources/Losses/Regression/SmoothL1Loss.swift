public import LossEngine
public import RealMath
public import Tensors

/// The absolute error, rounded off to a parabola where it is below β.
///
/// ```
/// d = x − t,   loss = d² / 2β   where |d| < β,   else |d| − β/2
/// ```
///
///     let loss = try SmoothL1Loss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.6666667
///
/// β times `SmoothL1Loss` is ``HuberLoss`` with δ = β.
///
/// **Edge cases**
/// - With β = 0 it is ``L1Loss``; a negative β is an error.
/// - Without elements, the sum is 0 and the mean NaN.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and the gradient ±1; with an
///   infinite β, the value is NaN.
///
/// R. Girshick, Fast R-CNN, ICCV 2015, [doi:10.1109/ICCV.2015.169](https://doi.org/10.1109/ICCV.2015.169).
/// [PyTorch: SmoothL1Loss](https://docs.pytorch.org/docs/stable/generated/torch.nn.SmoothL1Loss.html)
public struct SmoothL1Loss: ElementwiseLoss {
  /// The error β at which the parabola becomes a line. Set it to the error you expect of a good prediction.
  public var beta: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(beta: Double = 1, reduction: Reduction = .mean) {
    self.beta = beta
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("beta", beta, .nonNegative)
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predictions, of any shape.
  ///   - target: What they should be, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or β is negative.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // ∂/∂x = d/β on the parabola, sign d on the lines; ∂/∂t is the opposite.
  @export(implementation) @inline(__always)
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

  /// ``HuberLoss`` with δ = β, divided by β: the same loss in fewer operations, if β is an ordinary number.
  @frozen @usableFromInline
  package struct ScaledHuber: ElementwiseFormula {
    @usableFromInline let beta: Double
    @usableFromInline let huber: HuberLoss

    @inlinable
    init(beta: Double) {
      self.beta = beta
      huber = HuberLoss(delta: beta)
    }

    // With c the gradient of `HuberLoss`, its value is c · (d − c/2).
    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _: S, _ stage: StageValues<NoStage, S>
    ) -> ElementwiseTerms<S> {
      let c = huber.terms(x, target: t).inputDerivative
      let slope = c / S(beta)
      return ElementwiseTerms(
        value: slope * ((x - t) - c / 2), inputDerivative: slope, targetDerivative: -slope)
    }
  }
}

extension SmoothL1Loss: ElementwiseFunction {
  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Float>) { runFormula(block) }

  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Double>) { runFormula(block) }

  private func runFormula<S: RealScalar>(_ block: ElementwiseBlock<S>) {
    if S(beta) >= .leastNormalMagnitude && S(beta) < .infinity {
      ScaledHuber(beta: beta).run(block)
    } else {
      LossFormula(self).run(block)
    }
  }
}
