public import LossEngine
public import Tensors

/// Cross entropy of the scores of a linear layer, such as the head of a language model, without a tensor of all scores.
///
/// ```
/// z = W·x + b,   log p = z − log Σᵢ e^z[i],   loss = −w[y] · log p[y]
/// ```
///
///     let hidden: Tensor<Float> = [[1, 2], [3, -1]]
///     let vocabulary: Tensor<Float> = [[1, 0], [0, 1], [1, 1]]
///     let loss = try LinearCrossEntropyLoss()(hidden, linearWeight: vocabulary, target: [2, 0] as Tensor<Int>)
///     print(loss)  // 0.3670843
///
/// The loss and all its options are those of ``CrossEntropyLoss`` of the scores z. They exist only for a block of rows at
/// a time, and so does their gradient G, of which the gradients of the layer are made: ∂loss/∂x = G·W, ∂loss/∂W = Gᵀ·x and
/// ∂loss/∂b = Σ G over the rows.
///
/// - Complexity: O(N · C · F) time for N rows, C classes and F features. Rows that do not count take none. Besides
///   arguments and results, memory of ``memoryLimit``, or of a row of scores and what threads copy of the weights, if
///   that is more. The gradient of weights in half precision is summed in `Float`: if ``memoryLimit`` has no room for that,
///   for half of the classes, half of the rest, and so on, for each of which the scores are computed anew; if it is added to
///   another gradient, for as many classes at a time as there is room for.
///
/// **Edge cases**
/// - The value and all gradients of a row are 0 where its label is ignored, its sample weight is 0 or a mask leaves it out,
///   whatever it holds. If no row counts, the sum is 0, the mean NaN and the gradients 0.
/// - Everything else is as in ``CrossEntropyLoss``: a class of probability 0, scores of ±∞, NaN. A NaN in a row is in the
///   gradients that all rows share.
///
/// E. Wijmans et al., Cut your losses in large-vocabulary language models, ICLR 2025,
/// [arXiv:2411.09009](https://arxiv.org/abs/2411.09009) (scores in blocks).
/// [PyTorch: linear_cross_entropy](https://docs.pytorch.org/docs/stable/generated/torch.nn.LinearCrossEntropyLoss.html)
public struct LinearCrossEntropyLoss: Hashable, Codable, Sendable {
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// The share ε of the probability that goes to all classes alike, but for those that a score of −∞ masks.
  public var labelSmoothing: Double
  /// The weight λ of the squared log-sum-exp of the scores, which keeps them near 0; 0 for none.
  public var zLoss: Double
  /// The cap c of the scores, which become c·tanh(x/c) first; none if it is `nil`.
  public var softCap: Double?
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// How many bytes a call may use besides arguments and results. More makes blocks larger, which may be faster.
  public var memoryLimit: Int

  /// Creates the loss with the given hyperparameters.
  public init(
    ignoreIndex: Int? = -100, labelSmoothing: Double = 0, zLoss: Double = 0, softCap: Double? = nil,
    reduction: Reduction = .mean, memoryLimit: Int = 32 << 20
  ) {
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.zLoss = zLoss
    self.softCap = softCap
    self.reduction = reduction
    self.memoryLimit = memoryLimit
  }

  /// Returns the loss of a layer's input and labels.
  ///
  /// The gradient has a part for the input and for each parameter of the layer. Written with `addingTo:`, it accumulates
  /// over micro-batches. Each part is added to once, except, in `Float` and `Double`, a weight gradient of
  /// more than a quarter of ``memoryLimit`` and of 1 MiB, which is added to block by block.
  ///
  ///     let layer = (weight: Tensor<Float>.zeros([5, 2]), bias: Tensor<Float>.zeros([5]))
  ///     let loss = try LinearCrossEntropyLoss()(
  ///       [[1, 2], [3, 4]], linearWeight: layer.weight, linearBias: layer.bias, target: [4, 0] as Tensor<Int>)
  ///     print(loss.backward().linearWeight.shape)  // [5, 2]
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F], [N, F] or [B, T, F].
  ///   - linearWeight: The weights of the layer, of shape [C, F], or [C, d…, F] where the input is [N, F].
  ///   - linearBias: The bias of the layer, of shape [C] or [C, d…]; none if it is `nil`.
  ///   - target: The labels, of shape [], [N], [B, T] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`.
  ///   - sampleWeight: The weight of each sample, in the shape of the labels; all ones if it is `nil`. It multiplies value
  ///     and gradients. `mean` divides by the sum of sample weight · class weight of the labels that are not ignored.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradients, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, linearWeight: Tensor<Scalar>, linearBias: Tensor<Scalar>? = nil,
    target: Tensor<Label>, weight: Tensor<Scalar>? = nil, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some LabelEvaluation<Scalar, LinearGradient<Scalar>, LinearGradient<Scalar>> {
    try checkHyperparameters()
    return LinearEvaluation<CrossEntropyLoss.LabelFunction, LinearGradient<Scalar>>(
      CrossEntropyLoss.LabelFunction(options),
      try LinearArguments(
        input, linearWeight: linearWeight, linearBias: linearBias,
        target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction, weightedPart: options.weightedPart, memoryLimit: memoryLimit))
  }

  /// Returns the loss of a layer's input and a probability for each class.
  ///
  /// - Parameters:
  ///   - input: The rows, of shape [F], [N, F] or [B, T, F].
  ///   - linearWeight: The weights of the layer, of shape [C, F], or [C, d…, F] where the input is [N, F].
  ///   - linearBias: The bias of the layer, of shape [C] or [C, d…]; none if it is `nil`.
  ///   - target: The probabilities, of shape [C], [N, C], [B, T, C] or [N, C, d…].
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`.
  ///   - sampleWeight: The weight of each sample, in the shape of the values; all ones if it is `nil`. `mean` divides by
  ///     the sum of the sample weights.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradients, whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, a hyperparameter is out of range, or ``ignoreIndex`` is 0 or
  ///   more. No probability can be ignored, so leave it negative or `nil`.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, linearWeight: Tensor<Scalar>, linearBias: Tensor<Scalar>? = nil,
    target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, LinearGradient<Scalar>, LinearTargetGradient<Scalar>> {
    try checkHyperparameters()
    let arguments = try LinearArguments(
      input, linearWeight: linearWeight, linearBias: linearBias, target: .probabilities(target),
      weight: weight, sampleWeight: sampleWeight, mask: mask, reduction: reduction, memoryLimit: memoryLimit)
    try CrossEntropyLoss.checkIgnoreIndexOfProbabilities(ignoreIndex)
    return LinearEvaluation<CrossEntropyLoss.ProbabilityFunction, LinearTargetGradient<Scalar>>(
      CrossEntropyLoss.ProbabilityFunction(options), arguments)
  }

  @usableFromInline var options: CrossEntropyLoss.Options {
    CrossEntropyLoss.Options(smoothing: labelSmoothing, zLoss: zLoss, softCap: softCap)
  }

  @usableFromInline
  func checkHyperparameters() throws(LossError) {
    try options.check()
    guard memoryLimit > 0 else {
      throw .invalidHyperparameter(name: "memoryLimit", integer: memoryLimit, requirement: "positive")
    }
  }
}
