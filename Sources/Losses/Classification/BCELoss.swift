public import LossEngine
public import RealMath
public import Tensors

/// Binary cross entropy of probabilities.
///
/// ```
/// loss = −(t · log x + (1 − t) · log(1 − x))
/// ```
///
///     let loss = try BCELoss()([0.5, 0.9] as Tensor<Float>, target: [1, 1])
///     print(loss)  // 0.39925388
///
/// For scores that are not probabilities yet, ``BCEWithLogitsLoss`` is exact where this loss is not.
///
/// **Edge cases**
/// - Input and target outside 0...1, and NaN, are errors.
/// - Logarithms are held above −100, so that the loss of a certain and wrong prediction is finite, and so is its
///   gradient.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: BCELoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCELoss.html)
public struct BCELoss: ElementwiseLoss {
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Probabilities.
  public var inputDomain: ClosedRange<Double>? { 0...1 }
  /// Probabilities.
  public var targetDomain: ClosedRange<Double>? { 0...1 }
  /// A weight that is broadcast, which the mean does not divide by.
  public var weighting: ElementWeighting { .broadcast }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predicted probabilities, of any shape.
  ///   - target: The true probabilities, in the same shape.
  ///   - weight: What each element's value is multiplied by, broadcast to the input's shape; all ones if it is `nil`.
  ///     `mean` divides by the number of elements all the same.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, the weight cannot be broadcast, or an element is outside 0...1.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(self, input, target, weight, mask)
  }

  public typealias Stage = BinaryLogarithmStage

  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

  // With y the smaller of x and 1 − x, and u the share of its logarithm, t or 1 − t, the loss is
  // −u·log y − (1 − u)·log(1 − y).
  //
  // ∂/∂x = −t/x + (1 − t)/(1 − x) = (x − t) / (x·(1 − x)), whose denominator is held above 10⁻¹², as PyTorch's is;
  // ∂/∂t = log(1 − x) − log x.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S, _ stage: StageValues<BinaryLogarithmStage, S>)
    -> ElementwiseTerms<S>
  {
    let lowestLogarithm: S = -100
    let lowestDenominator = S(1e-12 as Float)
    let logY = stage.logarithm < lowestLogarithm ? lowestLogarithm : stage.logarithm
    let isSmaller = x <= 1 - x
    let share = select(isSmaller, t, 1 - t)
    let difference = stage.complement - logY
    let variance = x * (1 - x)
    return ElementwiseTerms(
      value: (share - 1) * stage.complement - share * logY,
      inputDerivative: (x - t) / (variance < lowestDenominator ? lowestDenominator : variance),
      targetDerivative: select(isSmaller, difference, -difference))
  }
}

extension BCELoss: ElementwiseFunction {}
