public import LossEngine
public import Tensors

/// Cross entropy of the similarities between a sample and all others, of which those with its label share the target:
/// supervised contrastive learning.
///
/// With the vectors divided by their lengths, s[i, j] = xᵢ·xⱼ, the temperature τ and the nᵢ other samples with the label of
/// sample i:
///
/// ```
/// lossᵢ = −1/nᵢ · Σ log (e^(s[i, p] / τ) / Σ e^(s[i, j] / τ) over all j ≠ i)  over the p ≠ i with y[p] = y[i]
/// ```
///
///     let input: Tensor<Float> = [[1, 0], [2, 0], [1, 1]]
///     let loss = try SupConLoss(temperature: 1)(input, target: [7, 7, 3] as Tensor<Int>)
///     print(loss)  // 0.55738574
///
/// Use it to train an encoder with labels, before or beside a classifier. A batch should have several samples of most
/// classes.
///
/// - Complexity: O(N² · D) time for N samples of D features. Besides arguments and results, a copy of the vectors and of
///   their gradients, and 16 MiB or two rows of similarities.
///
/// **Edge cases**
/// - A sample whose label no other one has is an example for the others only: its value is 0, and the mean is that of the
///   samples that have another of their label. Where there are none, it is 0.
/// - A vector of zeros has similarity 0 with all others, and gradient 0. Vectors of any other length have the right
///   similarities, however short or long they are.
/// - A temperature that is not positive, or whose reciprocal is infinite in the scalar type, is an error.
/// - NaN and infinities propagate by ordinary arithmetic: an infinite element makes NaN of its vector.
///
/// P. Khosla et al., Supervised contrastive learning, NeurIPS 2020,
/// [arXiv:2004.11362](https://arxiv.org/abs/2004.11362).
public struct SupConLoss: Hashable, Codable, Sendable {
  /// The temperature τ. The smaller it is, the more the most similar samples of other classes count.
  public var temperature: Double
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(temperature: Double = 0.1, reduction: Reduction = .mean) {
    self.temperature = temperature
    self.reduction = reduction
  }

  /// Returns the loss of vectors with labels.
  ///
  /// - Parameters:
  ///   - input: The vectors, of shape [N, D].
  ///   - target: The label of each, of shape [N] and any integer type. Labels may be any numbers.
  ///   - sampleWeight: The weight of each sample, of shape [N]; all ones if it is `nil`. `mean` divides by the sum of those
  ///     of samples that have another of their label.
  ///   - mask: Which samples count, of shape [N]; all if it is `nil`. One that is out, or has weight 0, is not in the batch:
  ///     its value and its gradient are 0, whatever it holds, others are not compared with it, and `mean` does not count it.
  /// - Returns: The loss at these arguments. Not reduced, it has the shape [N].
  /// - Throws: `LossError` where a shape does not fit, or the temperature is not positive.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    SimilarityEvaluation<Tensor<Scalar>, InputGradient<Scalar>>(
      try arguments(input, target, sampleWeight, mask))
  }

  @usableFromInline
  func arguments<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, _ target: Tensor<Label>, _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> SimilarityArguments<S> {
    try Check.divisor("temperature", temperature, in: S.Computation.self)
    try Check.matrix(input, named: "input")
    let total = input.shape[0]
    try Check.shape(of: target, named: "target", is: [total])
    try Check.similarities(of: total, with: total)
    var samples = try CountedSamples(weight: sampleWeight, mask: mask, of: total)
    let count = samples.count(of: total)
    let labels = target.scalars
    let positives = PositiveColumns(equalIn: samples?.positions.map { labels[$0] } ?? labels)
    let mean = samples.denominator(of: total, reduction) { positives[$0].count > 1 }
    return try SimilarityArguments(
      [input], parameters: [.init(hyperparameter: temperature)],
      passes: [
        SimilarityPass(rows: 0..<count, columns: 0..<count, excludesSelf: true, positives: positives)
      ], function: SimilaritySoftmax(), samples: samples, values: total,
      reduction: reduction, mean: mean)
  }
}
