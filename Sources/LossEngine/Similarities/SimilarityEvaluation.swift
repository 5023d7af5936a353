public import Tensors

/// A loss of similarities between vectors, at given arguments.
@usableFromInline
package struct SimilarityEvaluation<
  Gradient: PartedGradient, Gradients: PartedGradientSet<Gradient.Scalar>
>: PartedEvaluation {
  @usableFromInline package typealias Scalar = Gradient.Scalar

  private let arguments: SimilarityArguments<Scalar>

  @usableFromInline
  package init(_ arguments: SimilarityArguments<Scalar>) { self.arguments = arguments }

  @usableFromInline package var reducer: Reducer { arguments.reducer }
  @usableFromInline package var partShapes: [Shape?] { arguments.partShapes }

  @usableFromInline
  package func run(_ parts: [Destination<Scalar>?]?, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(parts, upstream: upstream)
  }
}
