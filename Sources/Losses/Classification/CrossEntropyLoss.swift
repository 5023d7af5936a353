public import LossEngine
public import Tensors

/// Cross entropy of the softmax of scores: minus the log-probability of the right class.
///
/// ```
/// log p = x − log Σᵢ eˣⁱ,   loss = −w[y] · log p[y]
/// ```
///
///     let logits: Tensor<Float> = [[1, 2, 3]]
///     let loss = try CrossEntropyLoss()(logits, target: [2] as Tensor<Int>)
///     print(loss)  // 0.40760595
///
/// The target is a label for each sample, or a probability for each class. With smoothing ε, the right class has
/// probability 1 − ε, and ε is shared equally among all C classes:
///
/// ```
/// t ← (1 − ε)·t + ε/C,   loss = −Σᵢ w[i]·t[i]·log p[i]
/// ```
///
/// Two options keep scores small. A *soft cap* c turns them into c·tanh(x/c), before everything else. A *z-loss* of weight
/// λ adds λ·(log Σᵢ eˣⁱ)² to the loss of each sample, which no class weight multiplies.
///
/// **Edge cases**
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - A class of probability 0 adds 0 to the loss, also where its score is −∞.
/// - NaN gives NaN, value and gradient of its sample, but for the gradient with respect to the probabilities where one
///   of these is NaN, which does not depend on them. So does a score of +∞. A right class with the score −∞ costs ∞.
/// - A score of −∞ masks its class: smoothing shares ε among the other classes, as if it were not there. With a soft cap
///   it is a score of −c, and masks nothing.
/// - A smoothing outside 0...1 is an error, and so is a negative weight λ, or a cap that is not positive.
///
/// C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016,
/// [doi:10.1109/CVPR.2016.308](https://doi.org/10.1109/CVPR.2016.308) (label smoothing).
/// A. Chowdhery et al., PaLM: scaling language modeling with pathways, JMLR 24(240), 2023,
/// [arXiv:2204.02311](https://arxiv.org/abs/2204.02311) (z-loss).
/// Gemma Team, Gemma 2: improving open language models at a practical size, 2024,
/// [arXiv:2408.00118](https://arxiv.org/abs/2408.00118) (soft cap).
/// [PyTorch: CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
public struct CrossEntropyLoss: Hashable, Codable, Sendable {
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
  /// The axis of the input that the classes are along. A negative one counts from the end: −1 is the last, as in the
  /// scores [B, T, C] of a language model. The labels have the other axes. In an input of one axis, 1 means that one.
  public var classAxis: Int

  /// Creates the loss with the given hyperparameters.
  public init(
    ignoreIndex: Int? = -100, labelSmoothing: Double = 0, zLoss: Double = 0, softCap: Double? = nil,
    reduction: Reduction = .mean, classAxis: Int = 1
  ) {
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.zLoss = zLoss
    self.softCap = softCap
    self.reduction = reduction
    self.classAxis = classAxis
  }

  /// Returns the loss of scores and labels.
  ///
  ///     let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
  ///     let loss = try CrossEntropyLoss()(logits, target: [0, 1] as Tensor<Int32>, weight: [1, 2, 1])
  ///     print(loss.backward().shape)  // [2, 3]
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights of the labels that are not ignored.
  ///   - sampleWeight: The weight of each sample, in the target's shape; all ones if it is `nil`. `mean` divides by the sum
  ///     of sample weight · class weight of the labels that are not ignored.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label, a hyperparameter or the class axis is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some LabelEvaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try options.check()
    return ColumnEvaluation<LabelFunction, InputGradient<Scalar>>(
      LabelFunction(options),
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction,
        options: ClassLossOptions(classAxis: classAxis, weightedPart: options.weightedPart)))
  }

  /// Returns the loss of scores and a probability for each class.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The probabilities, in the same shape.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` does not divide by it.
  ///   - sampleWeight: The weight of each sample, in the shape of the values, [], [N] or [N, d…]; all ones if it is
  ///     `nil`. `mean` divides by the sum of the sample weights.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, a hyperparameter or the class axis is out of range, or
  ///   ``ignoreIndex`` is 0 or more. No probability can be ignored, so leave it negative or `nil`.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetWeightGradient<Scalar>> {
    try options.check()
    let arguments = try ColumnArguments(
      input, target: .probabilities(target), weight: weight, sampleWeight: sampleWeight, mask: mask,
      reduction: reduction, options: ClassLossOptions(classAxis: classAxis))
    try Self.checkIgnoreIndexOfProbabilities(ignoreIndex)
    return ProbabilityEvaluation(ProbabilityFunction(options), arguments)
  }

  @usableFromInline var options: Options {
    Options(smoothing: labelSmoothing, zLoss: zLoss, softCap: softCap)
  }

  /// The hyperparameters that the loss of a sample depends on.
  @usableFromInline
  package struct Options: Sendable {
    @usableFromInline var smoothing: Double
    @usableFromInline var zLoss = 0.0
    @usableFromInline var softCap: Double?

    @usableFromInline
    init(smoothing: Double, zLoss: Double = 0, softCap: Double? = nil) {
      self.smoothing = smoothing
      self.zLoss = zLoss
      self.softCap = softCap
    }

    // A z-loss has no weight, and smoothing has the weights of all classes.
    @inlinable
    var weightedPart: WeightedPart { zLoss > 0 ? .notAll : smoothing > 0 ? .allByClasses : .allByLabel }

    @inlinable
    var numbersPerScore: Int { softCap == nil ? 0 : SoftCap.numbersPerScore }

    @usableFromInline
    func check() throws(LossError) {
      try Check.hyperparameter("labelSmoothing", smoothing, .unit)
      try Check.hyperparameter("zLoss", zLoss, .finiteNonNegative)
      if let softCap { try Check.hyperparameter("softCap", softCap, .positive) }
    }

    /// Returns λ·z² for the log-sum-exp z, and its derivative.
    @export(implementation) @inline(__always)
    func zTerm(_ logSumExp: Double) -> (value: Double, slope: Double) {
      zLoss == 0 ? (0, 0) : (zLoss * logSumExp * logSumExp, 2 * zLoss * logSumExp)
    }
  }

  /// Throws where an index is ignored that is a class. It comes after the checks of shapes, since a target of scores' type
  /// that does not fit is more likely one of labels.
  @usableFromInline
  static func checkIgnoreIndexOfProbabilities(_ ignoreIndex: Int?) throws(LossError) {
    guard let ignoreIndex, ignoreIndex >= 0 else { return }
    throw .invalidHyperparameter(
      name: "ignoreIndex", integer: ignoreIndex,
      requirement: "negative or nil where the target is probabilities, of which none can be ignored")
  }
}

// With m the largest score of a column and e = e^(x − m): S = Σ e and log p = (x − m) − log S. The largest e is 1, and
// S − 1 is what is left of a prediction that is certain and right. Any target is a factor k for each class, and
// loss = −Σ k·log p. With K = Σ k, and since ∂log p[i]/∂x[j] = [i = j] − p[j],
//
//   ∂loss/∂x = K·p − k = (K·e − k·S) / S.
//
// A z-loss adds λ·z² with z = m + log S. Since ∂z/∂x = p, it adds 2·λ·z to K and nothing to k.
//
// Labels and probabilities have files of their own.
