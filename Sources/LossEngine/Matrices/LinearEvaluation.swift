public import Tensors

/// A loss over classes whose scores come from a linear layer, at given arguments.
@usableFromInline
package struct LinearEvaluation<Function: ColumnFunction, Gradients: LinearGradientSet>: Evaluation {
  @usableFromInline package typealias Scalar = Gradients.Scalar
  @usableFromInline package typealias Gradient = LinearGradient<Gradients.Scalar>

  @usableFromInline let function: Function
  @usableFromInline let arguments: LinearArguments<Scalar>

  @inlinable
  package init(_ function: Function, _ arguments: LinearArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @usableFromInline package var gradientShape: Shape { arguments.shapes.input }

  @inlinable
  package func value() -> Tensor<Scalar> {
    arguments.run(upstream: nil) { function.computeEither($0) }
  }

  @inlinable
  package func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradient {
    try valueWithGradient(upstream: upstream).gradient
  }

  @inlinable
  package func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient) {
    try arguments.valueWithGradient(upstream: upstream) { function.computeEither($0) }
  }

  @inlinable
  package func valueWithGradient(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try arguments.valueWithGradient(writtenTo: &gradient, accumulating: false, upstream: upstream) {
      function.computeEither($0)
    }
  }

  @inlinable
  package func valueWithGradient(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try arguments.valueWithGradient(writtenTo: &gradient, accumulating: true, upstream: upstream) {
      function.computeEither($0)
    }
  }

  @inlinable
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    let (gradient, target) = try arguments.gradients(hasTarget: Gradients.hasTarget, upstream: upstream) {
      function.computeEither($0)
    }
    return Gradients(gradient, target: target)
  }
}

// The verbs, for any function of the scores.
extension LinearArguments {
  @usableFromInline
  func run(upstream: Tensor<S>?, _ compute: (ColumnBlock<S.Computation>) -> Void) -> Tensor<S> {
    run(nil, upstream: upstream, compute)
  }

  @usableFromInline
  func valueWithGradient(
    upstream: Tensor<S>?, _ compute: (ColumnBlock<S.Computation>) -> Void
  ) throws(LossError) -> (value: Tensor<S>, gradient: LinearGradient<S>) {
    try reducer.check(upstream)
    var gradient = LinearGradient<S>(uninitialized: shapes)
    let value = gradient.withDestinations(accumulating: false) { run($0, upstream: upstream, compute) }
    return (value, gradient)
  }

  @usableFromInline
  func valueWithGradient(
    writtenTo gradient: inout LinearGradient<S>, accumulating: Bool, upstream: Tensor<S>?,
    _ compute: (ColumnBlock<S.Computation>) -> Void
  ) throws(LossError) -> Tensor<S> {
    try reducer.check(upstream)
    try gradient.check(shapes)
    return gradient.withDestinations(accumulating: accumulating) { run($0, upstream: upstream, compute) }
  }

  @usableFromInline
  func gradients(
    hasTarget: Bool, upstream: Tensor<S>?, _ compute: (ColumnBlock<S.Computation>) -> Void
  ) throws(LossError) -> (LinearGradient<S>, target: Tensor<S>?) {
    try reducer.check(upstream)
    var gradient = LinearGradient<S>(uninitialized: shapes)
    guard hasTarget else {
      _ = gradient.withDestinations(accumulating: false) { run($0, upstream: upstream, compute) }
      return (gradient, nil)
    }
    var target = Tensor<S>(uninitialized: shapes.target)
    target.withDestination { target in
      _ = gradient.withDestinations(accumulating: false, target: target) {
        run($0, upstream: upstream, compute)
      }
    }
    return (gradient, target.movingAxis(target.rank - 1, to: shapes.input.count - 1))
  }
}
