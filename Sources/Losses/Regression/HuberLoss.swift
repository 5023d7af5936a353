public import LossEngine
public import RealMath
public import Tensors

/// Half the squared error up to an error of δ, and a line beyond.
///
/// ```
/// d = x − t,   loss = d² / 2   where |d| < δ,   else δ · (|d| − δ/2)
/// ```
///
///     let loss = try HuberLoss()([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.6666667
///
/// **Edge cases**
/// - Without elements, the sum is 0 and the mean NaN.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and the gradient ±δ; with an
///   infinite δ, the value is NaN.
/// - A δ that is not positive is an error.
///
/// P. J. Huber, Robust estimation of a location parameter, Ann. Math. Statist. 35 (1964),
/// [doi:10.1214/aoms/1177703732](https://doi.org/10.1214/aoms/1177703732).
/// [PyTorch: HuberLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.HuberLoss.html)
public struct HuberLoss: ElementwiseLoss {
  /// The error δ at which the parabola becomes a line. Set it to the error you expect of a good prediction.
  public var delta: Double
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(delta: Double = 1, reduction: Reduction = .mean) {
    self.delta = delta
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("delta", delta, .positive)
  }

  /// A weight of the input's shape, which the mean does not divide by.
  public var weighting: ElementWeighting { .sameShape }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predictions, of any shape.
  ///   - target: What they should be, in the same shape.
  ///   - weight: What each element's value is multiplied by, in the same shape; all ones if it is `nil`. `mean` divides
  ///     by the number of elements all the same.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or δ is not positive.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // The slope ∂/∂x is d on the parabola and δ · sign d on the lines; the loss is slope · (d − slope/2) on both, and ∂/∂t is
  // −slope.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let delta = S(delta)
    let d = x - t
    let raised = d < -delta ? -delta : d
    let slope = raised > delta ? delta : raised
    return ElementwiseTerms(value: slope * (d - slope / 2), inputDerivative: slope, targetDerivative: -slope)
  }
}

extension HuberLoss: ElementwiseFunction {}
