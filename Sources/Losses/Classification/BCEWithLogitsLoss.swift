public import RealMath
public import Tensors

/// Binary cross entropy of logits: `BCELoss` of their sigmoid, exact for scores of any size.
///
/// ```
/// loss = w · (−p·t·log σ(x) − (1 − t)·log σ(−x)),   σ(x) = 1 / (1 + e⁻ˣ)
/// ```
///
///     let loss = try BCEWithLogitsLoss()([0, 2] as Tensor<Float>, target: [1, 1])
///     print(loss)  // 0.41003758
///
/// Input and target have the same shape. The weight w of an element and the weight p of its positive answer, which
/// may differ from class to class, are arguments of the call and can be broadcast to that shape. `mean` divides by
/// the number of elements, also where there are weights. Targets outside 0...1 are taken as they are.
///
/// At x = ±∞ value and gradient are the limits.
///
/// [PyTorch: BCEWithLogitsLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.BCEWithLogitsLoss.html)
public struct BCEWithLogitsLoss: WeightedElementwiseLoss, StagedElementwiseLoss, ParametricLoss {
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  public var weighting: ElementWeighting { .broadcast }

  public typealias Stage = LogisticStage

  @inlinable @inline(__always)
  public func argument<S: RealScalar>(_ x: S, target t: S) -> S { x }

  // With e = e^−|x|, q = σ(−|x|) = e / (1 + e), ℓ = log(1 + e) = −log σ(|x|) and s = 1 + (p − 1)·t, the sum of both
  // weights:
  //
  //   x > 0:  −log σ(x) = ℓ,      −log σ(−x) = x + ℓ:   loss = (1 − t)·x + s·ℓ,   ∂/∂x = (1 − t) − s·q
  //   x ≤ 0:  −log σ(x) = ℓ − x,  −log σ(−x) = ℓ:       loss = −p·t·x + s·ℓ,      ∂/∂x = −p·t + s·q
  //
  // since ∂ℓ/∂x = −sign x · q. Nothing cancels, whatever x is. ∂/∂t = −x or −p·x, + (p − 1)·ℓ.
  @inlinable @inline(__always)
  public func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
    terms(x, slope: select(x > 0, 1, 0) - t, weights: 1, targetDerivative: -x, stage)
  }

  @inlinable @inline(__always)
  func argument<S: RealScalar>(_ x: S, target t: S, parameter p: S) -> S { x }

  @inlinable @inline(__always)
  func terms<S: RealScalar>(_ x: S, target t: S, parameter p: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
    let (negative, positive) = (1 - t, p * t)
    let px = p * x
    return terms(
      x, slope: select(x > 0, negative, -positive), weights: 1 + (p - 1) * t,
      targetDerivative: select(x > 0, -x, -px) + (p - 1) * stage.1, stage)
  }

  /// The terms from the slope far from zero and from s.
  @inlinable @inline(__always)
  func terms<S: RealScalar>(
    _ x: S, slope: S, weights s: S, targetDerivative: S, _ stage: (S, S)
  ) -> ElementwiseTerms<S> {
    let (e, l) = stage
    let sq = s * (e / (1 + e))
    // 0·∞ is the limit, 0.
    let line = select(slope == 0, 0, slope * x)
    return ElementwiseTerms(
      value: line + s * l,
      inputDerivative: slope + select(x > 0, -sq, sq),
      targetDerivative: targetDerivative)
  }
}

extension BCEWithLogitsLoss {
  /// The loss with weights of the positive answers.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, positiveWeight: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, weight: weight, positiveWeight: positiveWeight, upstream: nil)
      .value(computeParametric)
  }

  /// The gradient by the input of the loss with weights of the positive answers.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, positiveWeight: Tensor<S>?,
    upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, weight: weight, positiveWeight: positiveWeight, upstream: upstream)
      .valueWithGradient(computeParametric).gradient
  }

  /// The loss with weights of the positive answers, and its gradient by the input.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, positiveWeight: Tensor<S>?,
    upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target: target, weight: weight, positiveWeight: positiveWeight, upstream: upstream)
      .valueWithGradient(computeParametric)
  }

  /// The loss with weights of the positive answers; its gradient by the input is written to `gradient`.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, positiveWeight: Tensor<S>?,
    upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, weight: weight, positiveWeight: positiveWeight, upstream: upstream)
      .value(into: &gradient, computeParametric)
  }

  /// The gradients by input and target of the loss with weights of the positive answers.
  @inlinable
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, positiveWeight: Tensor<S>?,
    upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>) {
    try call(input, target: target, weight: weight, positiveWeight: positiveWeight, upstream: upstream)
      .gradients(computeParametric)
  }

  @inlinable
  func call<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?, positiveWeight: Tensor<S>?,
    upstream: Tensor<S>?
  ) throws(LossError) -> ElementwiseCall<S> {
    try call(
      input, target: target, weight: weight, weighting: weighting,
      parameter: ("positiveWeight", positiveWeight ?? Tensor(1)), upstream: upstream)
  }
}

extension BCEWithLogitsLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) {
    addStagedKernels(to: &list)
    addParametricKernels(to: &list)
  }
}
