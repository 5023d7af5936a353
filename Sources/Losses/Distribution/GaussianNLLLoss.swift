public import RealMath
public import Tensors

/// The negative log-likelihood of a target t under a normal distribution, whose mean and variance are predicted.
///
/// ```
/// v = max(variance, eps),   loss = ½ · (log v + (x − t)² / v)
/// ```
///
///     let loss = try GaussianNLLLoss()([1, 2] as Tensor<Float>, target: [1, 4], variance: [1, 4])
///     print(loss)  // 0.5965736
///
/// The target has the input's shape or can be broadcast to it. The variance has the input's shape, or lacks the last
/// axis, or has exactly one axis of length 1 where the input's is longer, or is a single number. `full` adds ½·log 2π.
/// `mean` divides by the number of elements.
///
/// The gradient by the variance passes straight through the clamp, as if the variance were eps where it is less.
/// A negative variance is an error.
///
/// D. A. Nix, A. S. Weigend, Estimating the mean and variance of the target probability distribution, ICNN 1994,
/// [doi:10.1109/ICNN.1994.374138](https://doi.org/10.1109/ICNN.1994.374138).
/// [PyTorch: GaussianNLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.GaussianNLLLoss.html)
public struct GaussianNLLLoss: Hashable, Codable, Sendable, ParametricLoss {
  /// Whether the constant part of the likelihood is added.
  public var full: Bool
  /// The least variance.
  public var eps: Double
  /// What is made of the values of the elements.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(full: Bool = false, eps: Double = 1e-6, reduction: Reduction = .mean) {
    self.full = full
    self.eps = eps
    self.reduction = reduction
  }

  @usableFromInline typealias Stage = LogarithmStage

  @inlinable @inline(__always)
  func argument<S: RealScalar>(_ x: S, target t: S, parameter variance: S) -> S {
    let eps = S(eps)
    return variance < eps ? eps : variance
  }

  // With d = x − t: ∂/∂x = d/v = −∂/∂t and ∂/∂v = ½·(1/v − d²/v²) = ½·(1 − d²/v)/v.
  @inlinable @inline(__always)
  func terms<S: RealScalar>(
    _ x: S, target t: S, parameter variance: S, _ stage: (S, S)
  ) -> ElementwiseTerms<S> {
    let v = argument(x, target: t, parameter: variance)
    let d = x - t
    let slope = d / v
    let square = d * slope
    let constant: S = full ? S(PoissonNLLLoss.log2Pi) : 0
    return ElementwiseTerms(
      value: (stage.0 + square + constant) / 2,
      inputDerivative: slope,
      targetDerivative: -slope,
      parameterDerivative: (1 - square) / v / 2)
  }
}

extension GaussianNLLLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where a shape does not fit, or a variance is negative.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, variance, upstream: nil).value(computeParametric)
  }

  /// The gradient of the loss by its input.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, variance, upstream: upstream).valueWithGradient(computeParametric).gradient
  }

  /// The loss and its gradient by the input, in one pass over memory.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target, variance, upstream: upstream).valueWithGradient(computeParametric)
  }

  /// The loss; its gradient by the input is written to `gradient`, which has the same shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>, upstream: Tensor<S>? = nil,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, variance, upstream: upstream).value(into: &gradient, computeParametric)
  }

  /// The gradients of the loss by input, target and variance, each of its argument's shape.
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>, variance: Tensor<S>) {
    // Conversions take memory, and must not come before the checks.
    _ = try call(input, target, variance, upstream: upstream)
    // In the precision of the formula, so that sums over what was broadcast are rounded once.
    let gradients = try call(
      input.computation, target.computation, variance.computation, upstream: upstream?.computation
    ).valueWithThreeGradients(computeParametric)
    let varianceGradient = gradients.parameter.summed(to: aligned(variance, input.shape).shape)
    return (
      Tensor(computation: gradients.input),
      Tensor(computation: gradients.target.summed(to: target.shape)),
      Tensor(computation: varianceGradient.reshaped(to: variance.shape))
    )
  }

  /// The call with these arguments, if they are right.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double) @specialized(where S == HalfPrecision)
  func call<S: LossScalar>(
    _ input: Tensor<S>, _ target: Tensor<S>, _ variance: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> ElementwiseCall<S> {
    guard eps >= 0 else {
      throw .invalidHyperparameter(name: "eps", value: eps, requirement: "at least 0")
    }
    let shape = input.shape
    try Check.size(of: shape, named: "input")
    let broadened = aligned(variance, shape)
    let shortened = zip(broadened.shape, shape).filter { $0 != $1 }
    guard variance.rank == 0 || broadened.rank == shape.count, shortened.count <= 1 || variance.rank == 0,
      shortened.allSatisfy({ $0.0 == 1 })
    else { throw .notBroadcastable(argument: "variance", shape: variance.shape, to: shape) }
    try Check.elements(of: variance, named: "variance", in: 0...Double.infinity, allowingNaN: true)
    let target = try Check.broadcast(target, named: "target", to: shape)
    return try ElementwiseCall(
      input: input, target: target, parameter: ("variance", broadened), upstream: upstream,
      reduction: reduction)
  }

  /// The variance with a last axis of length 1 where it lacks the input's last axis.
  private func aligned<S: LossScalar>(_ variance: Tensor<S>, _ shape: Shape) -> Tensor<S> {
    let lacksLastAxis = variance.rank + 1 == shape.count && variance.shape.elementsEqual(shape.dropLast())
    return lacksLastAxis ? variance.insertingAxis(at: variance.rank) : variance
  }
}

extension GaussianNLLLoss {
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addParametricKernels(to: &list) }
}
