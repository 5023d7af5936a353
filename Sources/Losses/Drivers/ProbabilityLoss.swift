public import Tensors

/// A loss over classes that can be given a probability for each class in place of a label: the verbs of `ClassLoss`
/// once more, with probabilities.
public protocol ProbabilityLoss: ClassLoss {}

extension ProbabilityLoss {
  /// The loss with a probability for each class as the target.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [classes], [N, classes] or [N, classes, d…].
  ///   - target: The probabilities, of the same shape.
  ///   - weight: The weight of each class, of shape [classes]; by default all ones.
  /// - Returns: A tensor of the input's shape without the class axis where nothing is reduced, else of rank 0.
  /// - Throws: `LossError` where a shape does not fit, or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: nil).value(compute)
  }

  /// The gradient by the input of the loss with probabilities.
  @inlinable
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, weight: weight, upstream: upstream).gradient
  }

  /// The loss with probabilities and its gradient by the input.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target, weight, upstream: upstream).valueWithGradient(compute)
  }

  /// The loss with probabilities; its gradient by the input is written to `gradient`, which has the input's shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: upstream).value(into: &gradient, compute)
  }

  /// The gradients of the loss with probabilities by input and target.
  @inlinable
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>) {
    try call(input, target, weight, upstream: upstream).gradients(compute)
  }

  @inlinable
  func call<S: LossScalar>(
    _ input: Tensor<S>, _ probabilities: Tensor<S>, _ weight: Tensor<S>?, upstream: Tensor<S>?
  ) throws(LossError) -> ClassCall<S> {
    try checkHyperparameters()
    if let ignoreIndex, ignoreIndex >= 0 {
      throw .invalidHyperparameter(
        name: "ignoreIndex", value: Double(ignoreIndex),
        requirement: "negative or nil where the target is probabilities, of which none can be ignored")
    }
    return try ClassCall(
      input: input, target: .probabilities(probabilities), weight: weight, upstream: upstream,
      reduction: reduction, rules: rules)
  }
}
