public import Tensors

/// An elementwise loss that can be given a weight for each element: the verbs of `ElementwiseLoss` once more, with
/// a weight.
public protocol WeightedElementwiseLoss: ElementwiseLoss {
  /// Which weights are taken, and what they do to the mean.
  var weighting: ElementWeighting { get }
}

extension WeightedElementwiseLoss {
  /// The loss, each element's value multiplied by its weight.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, weight: weight, weighting: weighting).value(_compute)
  }

  /// The gradient of the weighted loss by its input.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, weight: weight, upstream: upstream).gradient
  }

  /// The weighted loss and its gradient by the input, in one pass over memory.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target: target, weight: weight, weighting: weighting, upstream: upstream)
      .valueWithGradient(_compute)
  }

  /// The weighted loss; its gradient by the input is written to `gradient`, which has the input's shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?, upstream: Tensor<S>? = nil,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target: target, weight: weight, weighting: weighting, upstream: upstream)
      .value(into: &gradient, _compute)
  }

  /// The gradients of the weighted loss by input and target.
  @inlinable
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>?, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>) {
    try call(input, target: target, weight: weight, weighting: weighting, upstream: upstream)
      .gradients(_compute)
  }
}
