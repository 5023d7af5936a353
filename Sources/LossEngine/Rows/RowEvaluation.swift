public import Tensors

/// A loss over vectors at given arguments.
@frozen @usableFromInline
package struct RowEvaluation<
  Function: RowFunction, Gradient: GradientBuffer, Gradients: GradientSet<Gradient.Scalar>
>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Gradient.Scalar

  @usableFromInline let function: Function
  @usableFromInline package let arguments: RowArguments<Scalar>

  @inlinable
  package init(_ function: Function, _ arguments: RowArguments<Scalar>) {
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
