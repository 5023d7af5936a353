public import Tensors

/// What a cross entropy finds out about each sample and its label, beside the loss.
///
/// With p the softmax of the scores x of a sample, and y its label:
///
/// ```
/// logSumExp = log Σᵢ eˣⁱ,   logProbability = log p[y],   entropy = −Σᵢ p[i]·log p[i]
/// ```
///
/// All tensors have the shape of the labels. No weight and no smoothing counts in them, but a soft cap does. Types of 16
/// bits have them in `Float`.
///
///     let logits: Tensor<Float> = [[1, 2, 3], [3, 0, 0], [0, 0, 0]]
///     let loss = try CrossEntropyLoss()(logits, target: [2, 1, -100] as Tensor<Int>)
///     let (_, statistics) = loss.valueWithStatistics()
///     print(statistics.correctCount, "of", statistics.count)  // 1 of 2
///
/// **Edge cases**
/// - A sample that is ignored, masked or of weight 0 does not count: its numbers are 0.
/// - A label is correct where no class has a higher score, so also where another has the same.
/// - NaN or a score of +∞ makes the numbers of its sample NaN, and so do scores that are all −∞; no label is correct there.
///   A score of −∞ is a class of probability 0, which adds nothing to the entropy; if it is that of the label, its
///   log-probability is −∞.
@frozen
public struct LabelStatistics<Scalar: LossScalar>: Hashable, Sendable {
  /// The logarithm of the sum of the exponentials of the scores.
  public let logSumExp: Tensor<Scalar>
  /// The logarithm of the probability of the label.
  public let logProbability: Tensor<Scalar>
  /// The entropy of the probabilities of the classes, in nats.
  public let entropy: Tensor<Scalar>
  /// Whether no class has a higher score than the label.
  public let isCorrect: Tensor<Bool>
  /// Which samples count.
  public let isCounted: Tensor<Bool>

  /// The number of samples that count.
  public var count: Int { isCounted.scalars.count { $0 } }
  /// The number of samples whose label is correct.
  public var correctCount: Int { isCorrect.scalars.count { $0 } }
  /// The sum over the samples that count.
  public var logSumExpSum: Double { logSumExp.sum }
  /// The sum over the samples that count. The perplexity is e to the power of minus this sum over ``count``.
  public var logProbabilitySum: Double { logProbability.sum }
  /// The sum over the samples that count, in nats.
  public var entropySum: Double { entropy.sum }
}

/// The gradient of an objective with respect to the ``LabelStatistics`` that it is made of. One that is `nil` is not part
/// of it.
@frozen
public struct LabelUpstream<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to each log-probability, in the shape of the labels.
  public var logProbability: Tensor<Scalar>?
  /// The gradient with respect to each entropy, in the shape of the labels.
  public var entropy: Tensor<Scalar>?
  /// The gradient with respect to each log-sum-exp, in the shape of the labels.
  public var logSumExp: Tensor<Scalar>?

  /// Creates the gradient of an objective from its parts.
  @inlinable
  public init(
    logProbability: Tensor<Scalar>? = nil, entropy: Tensor<Scalar>? = nil, logSumExp: Tensor<Scalar>? = nil
  ) {
    self.logProbability = logProbability
    self.entropy = entropy
    self.logSumExp = logSumExp
  }

  func check(shape: Shape) throws(LossError) {
    let parts = [("logProbability", logProbability), ("entropy", entropy), ("logSumExp", logSumExp)]
    for (name, part) in parts {
      if let part { try Check.shape(part.shape, named: "upstream.\(name)", is: shape) }
    }
  }
}
