public import RealMath
public import Tensors

/// A function of the elements along an axis, all at once.
///
/// A negative axis counts from the end: −1 is the last one.
public protocol AxisActivation: Hashable, Codable, Sendable {
  /// The axis along which the elements belong together.
  var axis: Int { get }

  /// Computes the results of a panel.
  func compute<C: RealScalar>(_ panel: ActivationPanel<C>)
}

extension AxisActivation {
  /// The function of the elements along the axis.
  ///
  /// - Returns: A tensor of the input's shape.
  /// - Throws: `LossError` where the input has no such axis.
  public func callAsFunction<S: LossScalar>(_ input: Tensor<S>) throws(LossError) -> Tensor<S> {
    try ActivationCall(input, axis: axis, upstream: nil).value(compute)
  }

  /// The gradient by the input of what is computed from the result, whose gradient by the result is `upstream`.
  ///
  /// `upstream` is a tensor of the input's shape. By default all ones.
  /// - Throws: `LossError` where the input has no such axis, or the upstream has another shape.
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try ActivationCall(input, axis: axis, upstream: upstream).gradient(compute)
  }

  /// The function of the elements along the axis, and the gradient by the input.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    let call = try ActivationCall(input, axis: axis, upstream: upstream)
    var gradient = Tensor<S>(uninitialized: input.shape)
    let value = try call.value(into: &gradient, compute)
    return (value, gradient)
  }

  /// The function of the elements along the axis; the gradient by the input is written to `gradient`, which has the
  /// input's shape.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try ActivationCall(input, axis: axis, upstream: upstream).value(into: &gradient, compute)
  }
}
