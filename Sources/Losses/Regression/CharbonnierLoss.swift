public import LossEngine
public import RealMath
public import Tensors

/// The absolute error, rounded off where it is below ε: a smooth variant of ``L1Loss``.
///
/// ```
/// loss = √((x − t)² + ε²)
/// ```
///
///     let loss = try CharbonnierLoss(epsilon: 1)([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 1.5500939
///
/// With ``startsAtZero``, ε is subtracted, so that an exact prediction costs nothing.
///
/// **Edge cases**
/// - Errors of any size are exact: no square overflows, and with ``startsAtZero`` nothing cancels.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞ and the gradient ±1; that of two equal
///   infinities is NaN.
/// - An ε that is not positive is an error.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// P. Charbonnier et al., Two deterministic half-quadratic regularization algorithms for computed imaging, ICIP 1994,
/// [doi:10.1109/ICIP.1994.413553](https://doi.org/10.1109/ICIP.1994.413553).
public struct CharbonnierLoss: ElementwiseLoss {
  /// The error ε below which the loss is nearly a parabola.
  public var epsilon: Double
  /// Whether ε is subtracted.
  public var startsAtZero: Bool
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(epsilon: Double = 1e-3, startsAtZero: Bool = false, reduction: Reduction = .mean) {
    self.epsilon = epsilon
    self.startsAtZero = startsAtZero
    self.reduction = reduction
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("epsilon", epsilon, .positive)
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
  /// - Throws: `LossError` where shapes differ, or ε is not positive.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  // With d = x − t, a the larger of |d| and ε, b the smaller one, r = b/a ≤ 1 and s = √(1 + r²):
  //
  //   loss = a·s,   less ε: a·(s − r) where |d| is the larger, else |d|·r / (s + 1)
  //   ∂/∂x = d / loss = sign d / s where |d| is the larger, else sign d · r / s;   ∂/∂t is the opposite
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let epsilon = S(epsilon)
    let d = x - t
    let magnitude = d.magnitude
    let isLine = magnitude > epsilon
    let (a, b) = (isLine ? magnitude : epsilon, isLine ? epsilon : magnitude)
    // Both may be 0, by underflow, or ∞.
    let r = select(a == b, select(a == 0, 0, 1), b / a)
    let s = (1 + r * r).squareRoot()
    let slope = select(isLine, 1, r) / s
    let signed = select(d < 0, -slope, slope)
    let value =
      startsAtZero ? select(isLine, a * (s - r), magnitude * (r / (s + 1))) : a * s
    return ElementwiseTerms(value: value, inputDerivative: signed, targetDerivative: -signed)
  }
}

extension CharbonnierLoss: ElementwiseFunction {}
