public import LossEngine
public import RealMath
public import Tensors

/// The pinball loss, which is lowest at a quantile q of the targets that belong to an input.
///
/// ```
/// d = t − x,   loss = max(q·d, (q − 1)·d)
/// ```
///
///     let loss = try QuantileLoss(quantile: 0.75)([1, 2, 4] as Tensor<Float>, target: [1, 3, 2])
///     print(loss)  // 0.41666666
///
/// A model may predict several quantiles of each target, such as the ends and the middle of an interval:
///
///     let interval: Tensor<Float> = [[0, 1, 3], [1, 2, 4]]
///     let loss = try QuantileLoss(quantiles: [0.1, 0.5, 0.9])(interval, target: [1, 5])
///     print(loss)  // 0.51666665
///
/// **Edge cases**
/// - At x = t, where the loss has no derivative, the gradient is the mean of both sides: ½ − q with respect to the
///   input.
/// - Twice the loss with q = ½ is ``L1Loss``.
/// - NaN gives NaN, value and gradient. An infinite difference has the value ∞, or 0 where its side has no weight, and
///   the gradient −q or 1 − q; that of two equal infinities is NaN.
/// - Of each of several quantiles, the smaller one of q and 1 − q is rounded to the type of the data. A single quantile has
///   the precision of `Float` in types of 16 bits.
/// - A quantile outside 0...1 is an error, and so is an empty list.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// R. Koenker, G. Bassett, Regression quantiles, Econometrica 46 (1978),
/// [doi:10.2307/1913643](https://doi.org/10.2307/1913643).
public struct QuantileLoss: Hashable, Codable, Sendable {
  /// The quantiles, in the order of the predictions along the last axis.
  public var quantiles: [Double]
  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss of a single quantile.
  public init(quantile: Double = 0.5, reduction: Reduction = .mean) {
    self.init(quantiles: [quantile], reduction: reduction)
  }

  /// Creates the loss of several quantiles.
  public init(quantiles: [Double], reduction: Reduction = .mean) {
    self.quantiles = quantiles
    self.reduction = reduction
  }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The predictions, in the target's shape and one more axis, the last, with an element for each quantile.
  ///     That of a single quantile may be missing.
  ///   - target: The observations, of any shape.
  ///   - weight: What each element's value is multiplied by, in the input's shape; all ones if it is `nil`. `mean`
  ///     divides by its sum.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a quantile is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try evaluation(input, target, weight, mask)
  }

  @usableFromInline
  @inline(never)
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  func evaluation<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ weight: Tensor<Scalar>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> BroadcastEvaluation<Self, InputTargetGradient<Scalar>> {
    let count = quantiles.count
    if count == 0 {
      throw .invalidHyperparameter(name: "the number of quantiles", integer: 0, requirement: "at least 1")
    }
    for quantile in quantiles { try Check.hyperparameter("quantile", quantile, .unit) }
    let hasQuantileAxis = count > 1 || input.shape != target.shape && input.shape.last == 1
    var (broadcast, shape) = (target, BroadcastShape(target.shape))
    if hasQuantileAxis {
      guard input.shape.last == count else {
        throw .unsupportedShape(
          argument: "input", shape: input.shape,
          requirement: "the last axis needs an element for each of the \(count) quantiles")
      }
      try Check.size(of: input.shape, named: "input")
      try Check.shape(of: target, named: "target", is: Shape(input.shape.dropLast()))
      let aligned = target.insertingAxis(at: target.rank)
      broadcast = aligned.broadcast(to: input.shape)
      shape = BroadcastShape(target.shape, aligned: aligned.shape)
    }
    let arguments = try ElementwiseArguments(
      input: input, target: broadcast,
      third: count == 1 ? nil : ("quantiles", Tensor(quantiles.map { Several.operand(for: $0) as Scalar })),
      weight: weight, mask: mask, reduction: reduction)
    return BroadcastEvaluation(self, arguments, target: shape, third: nil)
  }
}

extension QuantileLoss: ElementwiseFunction {
  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Float>) { computeQuantiles(block) }

  @usableFromInline
  package func compute(_ block: ElementwiseBlock<Double>) { computeQuantiles(block) }

  private func computeQuantiles<C: RealScalar>(_ block: ElementwiseBlock<C>) {
    if quantiles.count == 1 {
      Single(quantile: quantiles[0]).computeEither(block)
    } else {
      Several().computeEither(block)
    }
  }

  /// The loss of a single quantile.
  @usableFromInline
  package struct Single: ElementwiseFormula {
    @usableFromInline let quantile: Double

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _: S, _ stage: StageValues<NoStage, S>
    ) -> ElementwiseTerms<S> {
      // Of a quantile near 1, the difference from 1 would have few digits left if it were rounded first.
      QuantileLoss.terms(x, t, quantile: S(quantile), complement: S(1 - quantile))
    }
  }

  /// The loss of a quantile for each element, the third argument: q, or q − 1 where that is less. The difference of the other
  /// one from 1 would have few digits left.
  @usableFromInline
  package struct Several: ElementwiseFormula {
    static func operand<Scalar: LossScalar>(for quantile: Double) -> Scalar {
      let difference = Scalar(quantile - 1)
      return quantile > 0.5 && difference < 0 ? difference : Scalar(quantile)
    }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _ q: S, _ stage: StageValues<NoStage, S>
    ) -> ElementwiseTerms<S> {
      QuantileLoss.terms(x, t, quantile: select(q < 0, 1 + q, q), complement: select(q < 0, -q, 1 - q))
    }
  }

  // With d = t − x and w the weight of its side, q above and 1 − q below, the loss is w·|d|, and ∂/∂x = −w or w. Where d
  // is NaN, so is w.
  @export(implementation) @inline(__always)
  static func terms<S: RealScalar>(_ x: S, _ t: S, quantile q: S, complement: S) -> ElementwiseTerms<S> {
    let d = t - x
    let w = select(d > 0, q, select(d < 0, complement, d))
    let slope = select(d == 0, 0.5 - q, select(d > 0, -w, w))
    // 0·∞ is 0.
    return ElementwiseTerms(
      value: select(w == 0, 0, w * d.magnitude), inputDerivative: slope, targetDerivative: -slope)
  }
}
