public import LossEngine
public import Tensors

/// Cross entropy of the similarities between two views of each sample and all other views of the batch: the loss of
/// SimCLR.
///
/// The 2N views are those of the first input, then those of the second. With the vectors divided by their lengths,
/// s[i, j] = vᵢ·vⱼ, the other view p(i) of the same sample and the temperature τ:
///
/// ```
/// lossᵢ = −log (e^(s[i, p(i)] / τ) / Σ e^(s[i, j] / τ) over all j ≠ i)
/// ```
///
///     let first: Tensor<Float> = [[1, 0], [0, 1]]
///     let loss = try NTXentLoss()(first, input2: [[2, 0], [1, 1]])
///     print(loss)  // 0.6366709
///
/// Use it to train an encoder without labels, on two random augmentations of each sample. ``InfoNCELoss`` compares the
/// views of one input only with those of the other.
///
/// - Complexity: O(N² · D) time for N samples of D features. Besides arguments and results, a copy of the vectors and of
///   their gradients, and 16 MiB or two rows of similarities.
///
/// **Edge cases**
/// - A vector of zeros has similarity 0 with all others, and gradient 0. Vectors of any other length have the right
///   similarities, however short or long they are.
/// - A single sample costs nothing, since its views have nothing else to be compared with. The mean of no samples is 0.
/// - A temperature that is not positive, or whose reciprocal is infinite in the scalar type, is an error.
/// - NaN and infinities propagate by ordinary arithmetic: an infinite element makes NaN of its vector.
///
/// T. Chen, S. Kornblith, M. Norouzi, G. Hinton, A simple framework for contrastive learning of visual representations,
/// ICML 2020, [arXiv:2002.05709](https://arxiv.org/abs/2002.05709).
public struct NTXentLoss: Hashable, Codable, Sendable {
  /// The temperature τ. The smaller it is, the more the most similar views of other samples count.
  public var temperature: Double
  /// How the values of the views are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(temperature: Double = 0.5, reduction: Reduction = .mean) {
    self.temperature = temperature
    self.reduction = reduction
  }

  /// Returns the loss of two views of each sample.
  ///
  /// - Parameters:
  ///   - input1: A view of each sample, of shape [N, D].
  ///   - input2: The other view of each sample, of shape [N, D].
  ///   - sampleWeight: The weight of each sample, of shape [N]; all ones if it is `nil`. It multiplies the values of both
  ///     views. `mean` divides by twice their sum.
  ///   - mask: Which samples count, of shape [N]; all if it is `nil`. One that is out, or has weight 0, is not in the batch:
  ///     its values and its gradients are 0, whatever it holds, others are not compared with its views, and `mean` does not
  ///     count it.
  /// - Returns: The loss at these arguments. Not reduced, it has the shape [2N]: the values of the first views, then those
  ///   of the second.
  /// - Throws: `LossError` where a shape does not fit, or the temperature is not positive.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, input2: Tensor<Scalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    SimilarityEvaluation<PairGradient<Scalar>, PairGradient<Scalar>>(
      try arguments(input1, input2, sampleWeight, mask))
  }

  @usableFromInline
  func arguments<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> SimilarityArguments<S> {
    try Check.divisor("temperature", temperature, in: S.Computation.self)
    try Check.matrix(input1, named: "input1")
    try Check.shape(of: input2, named: "input2", is: input1.shape)
    let total = input1.shape[0]
    try Check.similarities(of: 2 * total, with: 2 * total)
    var samples = try CountedSamples(weight: sampleWeight, mask: mask, of: total)
    let mean = 2 * samples.denominator(of: total, reduction)
    let count = samples.count(of: total)
    let views = 0..<2 * count
    let otherViews = Array(count..<2 * count) + Array(0..<count)
    return try SimilarityArguments(
      [input1, input2], parameters: [.init(hyperparameter: temperature)],
      passes: [
        SimilarityPass(
          rows: views, columns: views, excludesSelf: true, positives: PositiveColumns(otherViews))
      ], function: SimilaritySoftmax(), samples: samples, values: 2 * total,
      reduction: reduction, mean: mean)
  }
}
