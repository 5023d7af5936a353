public import Tensors

/// An elementwise loss at given arguments.
@frozen @usableFromInline
package struct ElementwiseEvaluation<
  Function: ElementwiseFunction, Gradient: GradientBuffer, Gradients: GradientSet<Gradient.Scalar>
>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Gradient.Scalar

  @usableFromInline let function: Function
  @usableFromInline let arguments: ElementwiseArguments<Scalar>

  @inlinable
  package init(_ function: Function, _ arguments: ElementwiseArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream) { function.computeEither($0) }
  }
}
