public import LossEngine
public import RealMath
public import Tensors

/// Binary cross entropy of logits: ``BCELoss`` of their sigmoid, exact for scores of any size.
///
/// ```
/// loss = w · (−p·t·log σ(x) − (1 − t)·log σ(−x)),   σ(x) = 1 / (1 + e⁻ˣ)
/// ```
///
///     let loss = try BCEWithLogitsLoss()([0, 2] as Tensor<Float>, target: [1, 1])
///     print(loss)  // 0.41003758
///
/// **Edge cases**
/// - At x = ±∞, value and gradient are the limits.
/// - NaN gives NaN, value and gradient, but for the gradient with respect to a target that is NaN, which does not
///   depend on it.
/// - Targets outside 0...1 are taken as they are.
/// - Without elements, the sum is 0 and the mean NaN.
///
/// [PyTorch: BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
public struct BCEWithLogitsLoss: ElementwiseLoss {
  public typealias Stage = LogisticStage

  /// How the values of the elements are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// A weight that is broadcast, which the mean does not divide by.
  public var weighting: ElementWeighting { .broadcast }

  /// Returns the loss at an input and a target.
  ///
  /// - Parameters:
  ///   - input: The scores, of any shape.
  ///   - target: The probabilities of a positive label, in the same shape.
  ///   - weight: The weight w of each element, broadcast to the input's shape; all ones if it is `nil`. `mean` divides by
  ///     the number of elements all the same.
  ///   - positiveWeight: The weight p of a positive label, which may differ from class to class: broadcast to the
  ///     input's shape, with last axes aligned. A tensor [C] belongs to the last axis, also of an input [C, C]; give it the
  ///     shape [C, 1] for the one before. All ones if it is `nil`.
  ///   - mask: Which elements count, in the input's shape; all if it is `nil`. One that is out adds 0 to value and gradient,
  ///     whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or a weight cannot be broadcast.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    positiveWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    ElementwiseEvaluation<Choice, Tensor<Scalar>, InputTargetGradient<Scalar>>(
      Choice(hasPositiveWeight: positiveWeight != nil),
      try ElementwiseArguments(
        input: input, target: target, third: positiveWeight.map { ("positiveWeight", $0) }, weight: weight,
        weighting: weighting, mask: mask, reduction: reduction))
  }

  @export(implementation) @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

  // With e = e^−|x|, q = σ(−|x|) = e / (1 + e), ℓ = log(1 + e) = −log σ(|x|) and s = (1 − t) + p·t, the sum of both
  // weights:
  //
  //   x > 0:  −log σ(x) = ℓ,      −log σ(−x) = x + ℓ:   loss = (1 − t)·x + s·ℓ,   ∂/∂x = (1 − t) − s·q
  //   x ≤ 0:  −log σ(x) = ℓ − x,  −log σ(−x) = ℓ:       loss = −p·t·x + s·ℓ,      ∂/∂x = −p·t + s·q
  //
  // since ∂ℓ/∂x = −sign x · q. Nothing cancels, whatever x is. ∂/∂t = −x or −p·x, + (p − 1)·ℓ.
  @export(implementation) @inline(__always)
  public func terms<S: RealScalar>(
    _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    Self.terms(x, slope: select(x > 0, 1, 0) - t, weights: 1, targetDerivative: -x, stage)
  }

  /// Returns the terms from the slope far from zero and from s.
  @export(implementation) @inline(__always)
  static func terms<S: RealScalar>(
    _ x: S, slope: S, weights s: S, targetDerivative: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    let e = stage.exponential
    let sq = s * (e / (1 + e))
    // 0·∞ is the limit, 0.
    let line = select(slope == 0, 0, slope * x)
    return ElementwiseTerms(
      value: line + s * stage.log1p,
      inputDerivative: slope + select(x > 0, -sq, sq),
      targetDerivative: targetDerivative)
  }

  /// The loss with weights of the positive labels.
  @frozen @usableFromInline
  package struct PositiveWeighted: ElementwiseFormula {
    @usableFromInline package typealias Stage = LogisticStage

    @inlinable
    init() {}

    @export(implementation) @inline(__always)
    package func argument<S: RealScalar>(_ x: S, _ t: S, _ p: S) -> S { x }

    @export(implementation) @inline(__always)
    package func terms<S: RealScalar>(
      _ x: S, _ t: S, _ p: S, _ stage: StageValues<LogisticStage, S>
    ) -> ElementwiseTerms<S> {
      let (negative, positive) = (1 - t, p * t)
      // 0·∞ is 0.
      let px = select(p == 0, 0, p * x)
      return BCEWithLogitsLoss.terms(
        x, slope: select(x > 0, negative, -positive), weights: negative + positive,
        targetDerivative: select(x > 0, -x, -px) + (p - 1) * stage.log1p, stage)
    }
  }
}

extension BCEWithLogitsLoss {
  /// The choice between the formulas with and without weights of the positive labels.
  @frozen @usableFromInline
  package struct Choice: ElementwiseFunction {
    @usableFromInline let hasPositiveWeight: Bool

    @inlinable
    init(hasPositiveWeight: Bool) { self.hasPositiveWeight = hasPositiveWeight }

    @usableFromInline
    package func compute(_ block: ElementwiseBlock<Float>) { runFormula(block) }

    @usableFromInline
    package func compute(_ block: ElementwiseBlock<Double>) { runFormula(block) }

    private func runFormula<S: RealScalar>(_ block: ElementwiseBlock<S>) {
      if hasPositiveWeight {
        PositiveWeighted().run(block)
      } else {
        LossFormula(BCEWithLogitsLoss()).run(block)
      }
    }
  }
}
