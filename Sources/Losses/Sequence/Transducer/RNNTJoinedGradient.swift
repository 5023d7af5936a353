public import LossEngine
public import Tensors

/// The gradient of a transducer's loss with respect to the two outputs whose sums are its logits.
@frozen
public struct RNNTJoinedGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the encoder's output, in its shape, [N, T, V].
  public var encoder: Tensor<Scalar>
  /// The gradient with respect to the predictor's output, in its shape, [N, U + 1, V].
  public var predictor: Tensor<Scalar>

  /// Creates a gradient from its parts, such as one that is to be written to.
  public init(encoder: Tensor<Scalar>, predictor: Tensor<Scalar>) {
    self.encoder = encoder
    self.predictor = predictor
  }
}
