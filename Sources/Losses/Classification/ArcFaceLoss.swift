public import LossEngine
public import Tensors

/// Cross entropy of the cosines between an embedding and a vector for each class, with a margin on the angle of the label.
///
/// With the vectors divided by their lengths, cos θ[c] = x·w[c], the margin m and the scale s:
///
/// ```
/// z[c] = s · cos θ[c],   z[y] = s · cos(θ[y] + m)  where θ[y] ≤ π − m,   else s · (cos θ[y] − m·sin m)
/// loss = −log (e^z[y] / Σ e^z[c])
/// ```
///
///     let embeddings: Tensor<Float> = [[1, 0], [1, 2]]
///     let classes: Tensor<Float> = [[1, 0], [0, 1], [-1, 1]]
///     let loss = try ArcFaceLoss(scale: 8)(embeddings, classWeights: classes, target: [0, 1] as Tensor<Int>)
///     print(loss)  // 0.20438978
///
/// Use it where embeddings are compared by their angles later, as those of faces are: a margin makes classes compact.
/// ``CosFaceLoss`` has the margin on the cosine.
///
/// - Complexity: O(N · C · D) time for N embeddings, C classes and D features. Besides arguments and results, a copy of
///   the vectors and of their gradients, and 16 MiB or two rows of cosines.
///
/// **Edge cases**
/// - An embedding in the direction of its class, where the angle has a kink: the derivative of cos(θ + m) with respect to
///   cos θ, which is infinite, is taken as cos m. So the gradient is that of the other classes.
/// - Beyond θ = π − m, the loss would fall where the angle grows. There it goes on as a line in the cosine, after a jump.
/// - A vector of zeros has cosine 0 with all others, and gradient 0. Vectors of any other length have the right cosines,
///   however short or long they are.
/// - The mean of no embeddings is 0.
/// - NaN and infinities propagate by ordinary arithmetic: an infinite element makes NaN of its vector.
/// - A margin outside 0...π is an error, and so is a scale that is not positive and finite, also when it is rounded to
///   the type of the computation.
///
/// J. Deng, J. Guo, N. Xue, S. Zafeiriou, ArcFace: Additive angular margin loss for deep face recognition, CVPR 2019,
/// [doi:10.1109/CVPR.2019.00482](https://doi.org/10.1109/CVPR.2019.00482).
public struct ArcFaceLoss: Hashable, Codable, Sendable {
  /// The margin m on the angle, in radians, from 0 to π.
  public var margin: Double
  /// The scale s. The larger it is, the more the most similar classes count.
  public var scale: Double
  /// How the values of the embeddings are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0.5, scale: Double = 64, reduction: Reduction = .mean) {
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
    guard 0...Double.pi ~= margin else {
      throw .invalidHyperparameter(name: "margin", value: margin, requirement: "in 0...π")
    }
    return try SimilarityArguments(
      input, classWeights: classWeights, target: target, sampleWeight: sampleWeight, mask: mask,
      function: MarginSoftmax(margin: AngularMargin(margin), scale: scale), reduction: reduction)
  }
}

private struct AngularMargin: LabelMargin {
  let margin: Double
  let sine: Double
  let cosine: Double

  init(_ margin: Double) {
    self.margin = margin
    // The series for a quarter of the angle, then sin 2a = 2·sin a·cos a and cos 2a = 1 − 2·sin² a.
    let angle = margin / 4
    var (sine, cosine, term) = (0.0, 0.0, 1.0)
    for index in 0..<20 {
      switch index % 4 {
      case 0: cosine += term
      case 1: sine += term
      case 2: cosine -= term
      default: sine -= term
      }
      term *= angle / Double(index + 1)
    }
    for _ in 0..<2 { (sine, cosine) = (2 * sine * cosine, 1 - 2 * sine * sine) }
    (self.sine, self.cosine) = (sine, cosine)
  }

  // With c = cos θ and sin θ = √(1 − c²), where θ ≤ π − m if c ≥ −cos m:
  //
  //   cos(θ + m) = c·cos m − sin θ·sin m
  //   ∂/∂c = cos m + c·sin m / sin θ
  //
  // The chord d of the angle has d² = 2·(1 − c), so sin θ = √(d²·(1 − d²/4)) where 1 − c has lost its digits.
  func terms(_ cosine: Double, squaredChord: Double?) -> (value: Double, derivative: Double) {
    if cosine < -self.cosine { return (cosine - margin * sine, 1) }
    // Rounding may leave a cosine beyond ±1.
    let c = max(-1, min(1, cosine))
    let otherSine = (squaredChord.map { $0 * (1 - $0 / 4) } ?? (1 - c) * (1 + c)).squareRoot()
    let derivative = otherSine == 0 ? self.cosine : self.cosine + c * sine / otherSine
    return (cosine.isNaN ? .nan : c * self.cosine - otherSine * sine, derivative)
  }
}
