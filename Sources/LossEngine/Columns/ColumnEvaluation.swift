internal import RealMath
public import Tensors

/// A loss over classes, or a function along an axis, at given arguments.
@frozen @usableFromInline
package struct ColumnEvaluation<Function: ColumnFunction, Gradients: GradientSet>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Gradients.Scalar
  @usableFromInline package typealias Gradient = Tensor<Gradients.Scalar>

  @usableFromInline package let function: Function
  @usableFromInline package let arguments: ColumnArguments<Scalar>

  @inlinable
  package init(_ function: Function, _ arguments: ColumnArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @inlinable package var gradientShape: Shape { arguments.shape }
  @inlinable package var reducer: Reducer { arguments.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(
      gradients, upstream: upstream, bytesPerClass: function.bytesPerClass,
      numbersPerScore: function.numbersPerScore
    ) {
      function.computeEither($0)
    }
  }
}

extension ColumnEvaluation: LabelEvaluation, RecordingEvaluation where Function: SoftmaxFunction {
  @usableFromInline package var sampleShape: Shape { arguments.reducer.shape }

  @usableFromInline
  package func recording(to record: LabelRecord<Scalar.Computation>) -> Self {
    Self(function, arguments.recording(to: record))
  }

  @usableFromInline
  package func objective(
    _ upstream: LabelRecord<Scalar.Computation>
  ) -> ColumnEvaluation<LabelObjective, Gradients> {
    ColumnEvaluation<LabelObjective, Gradients>(
      LabelObjective(softCap: function.softCap), arguments.recording(to: upstream))
  }
}
