public import LossEngine
public import Tensors

/// CTC at given arguments.
@usableFromInline
package struct CTCEvaluation<Scalar: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Gradient = Tensor<Scalar>
  @usableFromInline package typealias Gradients = InputGradient<Scalar>

  let loss: CTCLoss
  let arguments: CTCArguments<Scalar>

  @usableFromInline package var gradientShape: Shape { arguments.shape }
  @usableFromInline package var reducer: Reducer { arguments.reducer }

  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    arguments.run(gradients, upstream: upstream) { loss.computeEither($0) }
  }
}
