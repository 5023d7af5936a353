public import Tensors

/// A loss over classes whose scores come from a linear layer, at given arguments.
@frozen @usableFromInline
package struct LinearEvaluation<Function: ColumnFunction, Gradients: PartedGradientSet>: PartedEvaluation {
  @usableFromInline package typealias Scalar = Gradients.Scalar
  @usableFromInline package typealias Gradient = LinearGradient<Gradients.Scalar>

  private let function: Function
  private let arguments: LinearArguments<Scalar>

  @usableFromInline
  package init(_ function: Function, _ arguments: LinearArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @usableFromInline package var reducer: Reducer { arguments.reducer }
  @usableFromInline package var partShapes: [Shape?] { arguments.partShapes }

  @usableFromInline
  package func run(_ parts: [Destination<Scalar>?]?, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(parts.map { LinearDestinations($0) }, upstream: upstream) { function.computeEither($0) }
  }
}

extension LinearEvaluation: LabelEvaluation, RecordingEvaluation where Function: SoftmaxFunction {
  @usableFromInline package var sampleShape: Shape { arguments.reducer.shape }

  @usableFromInline
  package func recording(to record: LabelRecord<Scalar.Computation>) -> Self {
    Self(function, arguments.recording(to: record))
  }

  @usableFromInline
  package func objective(
    _ upstream: LabelRecord<Scalar.Computation>
  ) -> LinearEvaluation<LabelObjective, Gradients> {
    LinearEvaluation<LabelObjective, Gradients>(
      LabelObjective(softCap: function.softCap), arguments.recording(to: upstream))
  }
}
