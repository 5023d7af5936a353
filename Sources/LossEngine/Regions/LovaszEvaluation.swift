public import Tensors

/// A Lovász extension of the Jaccard loss at given arguments.
@frozen @usableFromInline
package struct LovaszEvaluation<S: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Scalar = S
  @usableFromInline package typealias Gradient = Tensor<S>
  @usableFromInline package typealias Gradients = InputGradient<S>

  @usableFromInline let arguments: LovaszArguments<S>

  @inlinable
  package init(_ arguments: LovaszArguments<S>) { self.arguments = arguments }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<S>, upstream: Tensor<S>?) -> Tensor<S> {
    arguments.run(gradients, upstream: upstream)
  }
}
