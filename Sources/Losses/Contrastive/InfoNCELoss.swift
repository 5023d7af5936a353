public import LossEngine
public import Tensors

/// Cross entropy of the similarities between queries and keys, of which each query has one of its own: the loss of
/// contrastive predictive coding, and, where it is symmetric, of CLIP.
///
/// With the vectors divided by their lengths, s[i, j] = qᵢ·kⱼ and the temperature τ:
///
/// ```
/// lossᵢ = −log (e^(s[i, i] / τ) / Σⱼ e^(s[i, j] / τ))
/// ```
///
///     let query: Tensor<Float> = [[1, 0], [0, 1]]
///     let loss = try InfoNCELoss(temperature: 0.5)(query, positive: [[2, 0], [1, 1]])
///     print(loss)  // 0.33008465
///
/// Use it to train an encoder on pairs, such as two views of an image, or an image and its caption. The other keys of the
/// batch are the negatives, so that large batches help. A symmetric loss, for pairs of two kinds, is the mean of this
/// one and of that with queries and keys exchanged.
///
/// - Complexity: O(N² · D) time for N pairs of D features, twice that where the loss is symmetric. Besides arguments and
///   results, a copy of the vectors and of their gradients, and 16 MiB or two rows of similarities.
///
/// **Edge cases**
/// - A vector of zeros has similarity 0 with all others, and gradient 0. Vectors of any other length have the right
///   similarities, however short or long they are.
/// - A single pair without explicit negatives costs nothing. The mean of no pairs is 0.
/// - A temperature that is not positive, or whose reciprocal is infinite in the scalar type, is an error.
/// - NaN and infinities propagate by ordinary arithmetic: an infinite element makes NaN of its vector.
///
/// A. van den Oord, Y. Li, O. Vinyals, Representation learning with contrastive predictive coding, 2018,
/// [arXiv:1807.03748](https://arxiv.org/abs/1807.03748). A. Radford et al., Learning transferable visual models from
/// natural language supervision, ICML 2021, [arXiv:2103.00020](https://arxiv.org/abs/2103.00020) (symmetric).
public struct InfoNCELoss: Hashable, Codable, Sendable {
  /// The temperature τ, unless a call has its own. The smaller it is, the more the most similar negatives count.
  public var temperature: Double
  /// Whether the mean is taken of the losses of queries among keys and of keys among queries.
  public var isSymmetric: Bool
  /// How the values of the pairs are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(temperature: Double = 0.1, isSymmetric: Bool = false, reduction: Reduction = .mean) {
    self.temperature = temperature
    self.isSymmetric = isSymmetric
    self.reduction = reduction
  }

  /// Returns the loss of pairs of vectors.
  ///
  /// - Parameters:
  ///   - query: The queries, of shape [N, D].
  ///   - positive: The key of each query, of shape [N, D].
  ///   - negatives: Keys that all queries are compared with, of shape [M, D], instead of the keys of the other queries.
  ///   - temperature: A learned temperature, of shape [], instead of the hyperparameter. It has a gradient.
  ///   - sampleWeight: The weight of each pair, of shape [N]; all ones if it is `nil`. `mean` divides by their sum.
  ///   - mask: Which pairs count, of shape [N]; all if it is `nil`. One that is out, or has weight 0, is not in the batch:
  ///     its value and its gradients are 0, whatever it holds, it is no negative of others, and `mean` does not count it.
  /// - Returns: The loss at these arguments, with gradients for all of them. Not reduced, it has the shape [N].
  /// - Throws: `LossError` where a shape does not fit, a temperature is not positive, or a symmetric loss is given
  ///   negatives.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ query: Tensor<Scalar>, positive: Tensor<Scalar>, negatives: Tensor<Scalar>? = nil,
    temperature: Tensor<Scalar>? = nil, sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, InfoNCEGradient<Scalar>, InfoNCEGradient<Scalar>> {
    SimilarityEvaluation<InfoNCEGradient<Scalar>, InfoNCEGradient<Scalar>>(
      try arguments(query, positive, negatives, temperature, sampleWeight, mask))
  }

  @usableFromInline
  func arguments<S: LossScalar>(
    _ query: Tensor<S>, _ positive: Tensor<S>, _ negatives: Tensor<S>?, _ temperature: Tensor<S>?,
    _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> SimilarityArguments<S> {
    try Check.divisor("temperature", self.temperature, in: S.Computation.self)
    try Check.matrix(query, named: "query")
    try Check.shape(of: positive, named: "positive", is: query.shape)
    let (total, features) = (query.shape[0], query.shape[1])
    if let negatives {
      guard !isSymmetric else {
        throw .unsupportedShape(
          argument: "negatives", shape: negatives.shape,
          requirement: "a symmetric loss has the other pairs as negatives, and no others")
      }
      try Check.matrix(negatives, named: "negatives")
      try Check.shape(of: negatives, named: "negatives", is: [negatives.shape[0], features])
    }
    try Check.similarities(of: total, with: negatives?.shape[0] ?? total)
    let parameter = try SimilarityArguments<S>.Parameter(
      temperature, named: "temperature", or: self.temperature)
    try parameter.checkDivisor("temperature")

    var samples = try CountedSamples(weight: sampleWeight, mask: mask, of: total)
    let mean = samples.denominator(of: total, reduction)
    let count = samples.count(of: total)
    let (queries, keys) = (0..<count, count..<2 * count)
    let weight = isSymmetric ? 0.5 : 1
    let own = PositiveColumns(Array(queries))
    var passes: [SimilarityPass]
    if let negatives {
      let others = 2 * count..<2 * count + negatives.shape[0]
      passes = [
        SimilarityPass(
          rows: queries, columns: others, firstPartner: count,
          positives: PositiveColumns(Array(repeating: 0, count: count)))
      ]
    } else {
      passes = [SimilarityPass(rows: queries, columns: keys, weight: weight, positives: own)]
    }
    if isSymmetric {
      passes.append(SimilarityPass(rows: keys, columns: queries, weight: weight, positives: own))
    }
    return try SimilarityArguments(
      [query, positive, negatives], shared: 1, parameters: [parameter], passes: passes,
      function: SimilaritySoftmax(), samples: samples, values: total,
      reduction: reduction, mean: mean)
  }
}

/// The gradient with respect to queries, keys and the temperature.
@frozen
public struct InfoNCEGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the queries, in their shape.
  public var query: Tensor<Scalar>
  /// The gradient with respect to the keys of the queries, in their shape.
  public var positive: Tensor<Scalar>
  /// The gradient with respect to the explicit negatives, in their shape; `nil` where there are none.
  public var negatives: Tensor<Scalar>?
  /// The gradient with respect to the temperature of the call, of shape []; `nil` where it has none.
  public var temperature: Tensor<Scalar>?

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(
    query: Tensor<Scalar>, positive: Tensor<Scalar>, negatives: Tensor<Scalar>? = nil,
    temperature: Tensor<Scalar>? = nil
  ) {
    self.query = query
    self.positive = positive
    self.negatives = negatives
    self.temperature = temperature
  }
}

extension InfoNCEGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] {
    ["gradient.query", "gradient.positive", "gradient.negatives", "gradient.temperature"]
  }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) {
    self.init(query: parts[0]!, positive: parts[1]!, negatives: parts[2], temperature: parts[3])
  }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [query, positive, negatives, temperature] }
}
