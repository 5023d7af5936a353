public import LossEngine
public import Tensors

/// Cross entropy of the cosines between an embedding and a vector for each class, with a margin on that of the label.
///
/// With the vectors divided by their lengths, cos θ[c] = x·w[c], the margin m and the scale s:
///
/// ```
/// z[c] = s · cos θ[c],   z[y] = s · (cos θ[y] − m)
/// loss = −log (e^z[y] / Σ e^z[c])
/// ```
///
///     let embeddings: Tensor<Float> = [[1, 0], [1, 2]]
///     let classes: Tensor<Float> = [[1, 0], [0, 1], [-1, 1]]
///     let loss = try CosFaceLoss(scale: 8)(embeddings, classWeights: classes, target: [0, 1] as Tensor<Int>)
///     print(loss)  // 0.2441521
///
/// Use it where embeddings are compared by their angles later, as those of faces are: a margin makes classes compact.
/// ``ArcFaceLoss`` has the margin on the angle itself.
///
/// - Complexity: O(N · C · D) time for N embeddings, C classes and D features. Besides arguments and results, a copy of
///   the vectors and of their gradients, and 16 MiB or two rows of cosines.
///
/// **Edge cases**
/// - A vector of zeros has cosine 0 with all others, and gradient 0. Vectors of any other length have the right cosines,
///   however short or long they are.
/// - The mean of no embeddings is 0.
/// - NaN and infinities propagate by ordinary arithmetic: an infinite element makes NaN of its vector.
/// - A margin that is NaN is an error, and so is a scale that is not positive and finite, also when it is rounded to
///   the type of the computation.
///
/// H. Wang et al., CosFace: Large margin cosine loss for deep face recognition, CVPR 2018,
/// [doi:10.1109/CVPR.2018.00552](https://doi.org/10.1109/CVPR.2018.00552).
public struct CosFaceLoss: Hashable, Codable, Sendable {
  /// The margin m: how much is taken from the cosine of the label.
  public var margin: Double
  /// The scale s. The larger it is, the more the most similar classes count.
  public var scale: Double
  /// How the values of the embeddings are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0.35, scale: Double = 64, reduction: Reduction = .mean) {
    self.margin = margin
    self.scale = scale
    self.reduction = reduction
  }

  /// Returns the loss of embeddings and labels.
  ///
  /// - Parameters:
  ///   - input: The embeddings, of shape [N, D].
  ///   - classWeights: A vector for each class, of shape [C, D].
  ///   - target: The labels, of shape [N] and any integer type.
  ///   - sampleWeight: The weight of each embedding, of shape [N]; all ones if it is `nil`. `mean` divides by their sum.
  ///   - mask: Which embeddings count, of shape [N]; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradients, whatever it and its label are, and `mean` does not count it.
  /// - Returns: The loss at these arguments, with gradients for embeddings and vectors of classes. Not reduced, it has the
  ///   shape [N].
  /// - Throws: `LossError` where a shape does not fit, a label is that of no class, or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, classWeights: Tensor<Scalar>, target: Tensor<Label>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, EmbeddingGradient<Scalar>, EmbeddingGradient<Scalar>> {
    SimilarityEvaluation<EmbeddingGradient<Scalar>, EmbeddingGradient<Scalar>>(
      try arguments(input, classWeights, target, sampleWeight, mask))
  }

  @usableFromInline
  func arguments<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, _ classWeights: Tensor<S>, _ target: Tensor<Label>, _ sampleWeight: Tensor<S>?,
    _ mask: Tensor<Bool>?
  ) throws(LossError) -> SimilarityArguments<S> {
    try Check.hyperparameter("margin", margin, .number)
    return try SimilarityArguments(
      input, classWeights: classWeights, target: target, sampleWeight: sampleWeight, mask: mask,
      function: MarginSoftmax(margin: CosineMargin(margin: margin), scale: scale), reduction: reduction)
  }
}

private struct CosineMargin: LabelMargin {
  let margin: Double

  func terms(_ cosine: Double, squaredChord: Double?) -> (value: Double, derivative: Double) {
    (cosine - margin, 1)
  }
}
