public import RealMath
public import Tensors

/// A loss of scores for classes and the label of the right one.
///
/// The input has shape [classes], [N, classes] or [N, classes, d…], the target the same without the class axis: [],
/// [N] or [N, d…]. Labels may be of any integer type.
public protocol ClassLoss: Hashable, Codable, Sendable {
  /// What is made of the values of the samples.
  var reduction: Reduction { get }

  /// The label of samples that count for nothing, if there is one.
  var ignoreIndex: Int? { get }

  /// What the driver must know of the loss.
  var rules: ClassRules { get }

  /// Throws if a hyperparameter has a value that the loss is not defined for.
  func checkHyperparameters() throws(LossError)

  /// Computes the results of a panel.
  func compute<C: RealScalar>(_ panel: ClassPanel<C>)
}

/// How a loss over classes wants to be driven.
public struct ClassRules: Sendable {
  /// Whether `mean` divides by the sum of the weights of the labels, or else by their number.
  var isMeanWeighted = true
  /// Whether the class axis may be followed by others.
  var allowsFurtherAxes = true
  /// About how many nanoseconds an element takes. It decides whether several threads share the work.
  var costPerElement = 1.0
}

extension ClassLoss {
  public var ignoreIndex: Int? { nil }
  public var rules: ClassRules { ClassRules() }
  @inlinable public func checkHyperparameters() throws(LossError) {}
}

extension ClassLoss {
  /// The loss.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [classes], [N, classes] or [N, classes, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…].
  ///   - weight: The weight of each class, of shape [classes]; by default all ones.
  /// - Returns: A tensor of the target's shape where nothing is reduced, else of rank 0.
  /// - Throws: `LossError` where a shape does not fit, or a label or hyperparameter is out of range.
  @inlinable
  public func callAsFunction<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, weight: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: nil).value(compute)
  }

  /// The gradient of the loss by its input.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  @inlinable
  public func backward<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, weight: weight, upstream: upstream).gradient
  }

  /// The loss and its gradient by the input.
  @inlinable
  public func valueWithGradient<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target, weight, upstream: upstream).valueWithGradient(compute)
  }

  /// The loss; its gradient by the input is written to `gradient`, which has the input's shape.
  @inlinable
  public func valueWithGradient<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: upstream).value(into: &gradient, compute)
  }

  /// The call with these arguments, if they are right.
  @inlinable
  func call<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, _ labels: Tensor<Label>, _ weight: Tensor<S>?, upstream: Tensor<S>?
  ) throws(LossError) -> ClassCall<S> {
    try checkHyperparameters()
    return try ClassCall(
      input: input, target: .labels(TypedLabels(labels, ignoreIndex: ignoreIndex), ignoreIndex: ignoreIndex),
      weight: weight,
      upstream: upstream, reduction: reduction,
      rules: rules)
  }
}
