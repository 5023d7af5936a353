public import RealMath
public import Tensors

/// How far two scores are from being ranked as the answer says: x₁ above x₂ where y = 1, below it where y = −1, by a
/// margin.
///
/// ```
/// loss = max(0, −y · (x₁ − x₂) + margin)
/// ```
///
///     let loss = try MarginRankingLoss()([1, 2] as Tensor<Float>, input2: [2, 1], target: [1, 1])
///     print(loss)  // 0.5
///
/// All three have the same shape; `mean` divides by the number of elements. At the kink the gradient is that of the
/// slope.
///
/// [PyTorch: MarginRankingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MarginRankingLoss.html)
public struct MarginRankingLoss: Hashable, Codable, Sendable, ParametricLoss {
  /// By how much the right score should be the larger one.
  public var margin: Double
  /// What is made of the values of the elements.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  @usableFromInline typealias Stage = NoStage

  // On the slope, ∂/∂x₁ = −y = −∂/∂x₂ and ∂/∂y = x₂ − x₁.
  @inlinable @inline(__always)
  func terms<S: RealScalar>(
    _ x1: S, target x2: S, parameter y: S, _ stage: (S, S)
  ) -> ElementwiseTerms<S> {
    let gap = -y * (x1 - x2) + S(margin)
    let slope: S = gap >= 0 ? 1 : 0
    // What is not a number stays so.
    return ElementwiseTerms(
      value: gap < 0 ? 0 : gap,
      inputDerivative: -y * slope,
      targetDerivative: y * slope,
      parameterDerivative: (x2 - x1) * slope)
  }
}

extension MarginRankingLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where a shape does not fit.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, target, upstream: nil).value(computeParametric)
  }

  /// The gradient of the loss by both inputs.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By default all
  /// ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> PairGradient<S> {
    try valueWithGradient(input1, input2: input2, target: target, upstream: upstream).gradient
  }

  /// The loss and its gradient by both inputs, in one pass over memory.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: PairGradient<S>) {
    let results = try call(input1, input2, target, upstream: upstream)
      .valueWithGradients(computeParametric)
    return (results.value, PairGradient(input1: results.input, input2: results.target))
  }

  /// The loss; the gradient by both inputs is written to `gradient`, whose tensors have the inputs' shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil,
    into gradient: inout PairGradient<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, target, upstream: upstream).value(
      into: &gradient.input1, &gradient.input2, names: PairGradient<S>.names, computeParametric)
  }

  /// The gradients of the loss by both inputs and the target.
  @inlinable
  public func gradients<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>) {
    let gradients = try call(input1, input2, target, upstream: upstream).valueWithThreeGradients(
      computeParametric)
    return (gradients.input, gradients.target, gradients.parameter)
  }

  /// The call with these arguments, if they are right.
  @usableFromInline
  func call<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, _ target: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> ElementwiseCall<S> {
    try Check.shape(of: target, named: "target", is: input1.shape)
    return try ElementwiseCall(
      input: input1, target: input2, targetName: "input2", parameter: ("target", target), upstream: upstream,
      reduction: reduction)
  }
}

extension MarginRankingLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addParametricKernels(to: &list) }
}
