public import Tensors

/// The shape of an argument that may have been broadcast.
@frozen @usableFromInline
package struct BroadcastShape: Sendable {
  @usableFromInline let shape: Shape
  /// The same with its axes where those of the input are, from which it was broadcast.
  @usableFromInline let aligned: Shape

  /// - Parameter aligned: If it is not the shape itself.
  @inlinable
  package init(_ shape: Shape, aligned: Shape? = nil) {
    self.shape = shape
    self.aligned = aligned ?? shape
  }
}

/// An elementwise loss of which target and third argument may have been broadcast: their gradients are summed over
/// the axes along which they were.
@frozen @usableFromInline
package struct BroadcastEvaluation<Function: ElementwiseFunction, Gradients: GradientSet>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Gradients.Scalar
  @usableFromInline package typealias Gradient = Tensor<Scalar>

  @usableFromInline let function: Function
  @usableFromInline let arguments: ElementwiseArguments<Scalar>
  @usableFromInline let target: BroadcastShape
  @usableFromInline let third: BroadcastShape?

  /// - Parameter third: `nil` if there is no gradient with respect to a third argument.
  @inlinable
  package init(
    _ function: Function, _ arguments: ElementwiseArguments<Scalar>, target: BroadcastShape,
    third: BroadcastShape?
  ) {
    self.function = function
    self.arguments = arguments
    self.target = target
    self.third = third
  }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream) { function.computeEither($0) }
  }

  @inlinable
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    try reducer.check(upstream)
    var gradients = arguments.gradients(target: target.aligned, third: third?.aligned, upstream: upstream) {
      function.computeEither($0)
    }
    gradients[1] = gradients[1].reshaped(to: target.shape)
    if let third { gradients[2] = gradients[2].reshaped(to: third.shape) }
    return Gradients(gradients)
  }
}
