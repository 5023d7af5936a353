public import LossEngine
public import Tensors

/// The loss of a transducer at given arguments.
@usableFromInline
package struct RNNTEvaluation<Scalar: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Gradient = Tensor<Scalar>
  @usableFromInline package typealias Gradients = InputGradient<Scalar>

  let loss: RNNTLoss
  let arguments: RNNTArguments<Scalar>

  @usableFromInline package var gradientShape: Shape { arguments.shape }
  @usableFromInline package var reducer: Reducer { arguments.batch.reducer }

  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream) { loss.computeEither($0) }
  }
}
