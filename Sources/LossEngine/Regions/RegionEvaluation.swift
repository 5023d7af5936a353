public import Tensors

/// A loss of the overlap of regions at given arguments.
@frozen @usableFromInline
package struct RegionEvaluation<Formula: RegionFormula, S: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Scalar = S
  @usableFromInline package typealias Gradient = Tensor<S>
  @usableFromInline package typealias Gradients = InputGradient<S>

  @usableFromInline let formula: Formula
  @usableFromInline let arguments: RegionArguments<S>

  @inlinable
  package init(_ formula: Formula, _ arguments: RegionArguments<S>) {
    self.formula = formula
    self.arguments = arguments
  }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<S>, upstream: Tensor<S>?) -> Tensor<S> {
    arguments.run(gradients, upstream: upstream) { formula.terms($0) }
  }
}
