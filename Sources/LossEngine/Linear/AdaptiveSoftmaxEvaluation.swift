public import Tensors

/// A loss of an adaptive softmax, at given arguments.
@frozen @usableFromInline
package struct AdaptiveSoftmaxEvaluation<Function: ColumnFunction, Scalar: LossScalar>: PartedEvaluation {
  @usableFromInline package typealias Gradient = AdaptiveSoftmaxGradient<Scalar>
  @usableFromInline package typealias Gradients = AdaptiveSoftmaxGradient<Scalar>

  private let function: Function
  private let arguments: AdaptiveSoftmaxArguments<Scalar>

  /// - Parameter function: What makes the loss of scores and labels: of the head's, and of each tail's.
  @usableFromInline
  package init(_ function: Function, _ arguments: AdaptiveSoftmaxArguments<Scalar>) {
    self.function = function
    self.arguments = arguments
  }

  @usableFromInline package var reducer: Reducer { arguments.reducer }
  @usableFromInline package var partShapes: [Shape?] { arguments.partShapes }

  @usableFromInline
  package func run(_ parts: [Destination<Scalar>?]?, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(parts.map { AdaptiveSoftmaxDestinations($0) }, upstream: upstream) {
      function.computeEither($0)
    }
  }
}
