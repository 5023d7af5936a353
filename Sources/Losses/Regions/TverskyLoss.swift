public import LossEngine
public import Tensors

/// How little predicted and true regions overlap, with separate weights for false positives and false negatives.
///
/// ```
/// loss = (1 − (I + smoothing) / max(I + α·F + β·M + smoothing, 10⁻⁷))^γ
/// ```
///
/// I is the sum of what is predicted and true, F of what is predicted but not true, M of what is true but missed: sums over
/// the positions of the batch, or of each sample.
///
///     let loss = try TverskyLoss(alpha: 0.3, beta: 0.7)(
///       [[[2, 0], [0, 2]]] as Tensor<Float>, target: [[0, 1]] as Tensor<Int>)
///     print(loss)  // 0.11920296
///
/// With α = β = ½ it is ``DiceLoss``, with α = β = 1 ``JaccardLoss``. Raise β above α where what is missed is worse, as with
/// small lesions. A γ greater than 1 gives less weight to classes that are segmented well already.
///
/// The scores are logits of a softmax over axis 1 by default; `mode` says how they are read, and `fromLogits` whether they are
/// probabilities already. Sums are made in `Double`, whatever the number of positions. `mean` divides by the number of
/// classes, or of classes and samples with `perSample`.
///
/// **Edge cases**
/// - A class that is true nowhere costs nothing: value and gradient are 0, and the mean counts it.
/// - Elements whose target is `ignoreIndex` count for nothing, whatever the scores hold. A softmax is that of the classes
///   that are not ignored at the position.
/// - NaN in a score that counts gives NaN, value and gradient of all classes that it is compared with.
/// - Where a probability is exactly its mask, the derivative is the mean of those on both sides.
/// - A mask in between 0 and 1 overlaps a probability in the smaller of both numbers.
/// - Without positions, the value is 0.
/// - In multiclass mode, a single class is certain: its probability is 1, and the gradient 0. One channel of scores of the
///   foreground needs binary mode.
/// - Where the loss is 0, so is the gradient of a power with γ < 1, whose slope would be infinite.
///
/// S. S. M. Salehi et al., Tversky loss function for image segmentation using 3D fully convolutional deep networks, MLMI
/// 2017, [doi:10.1007/978-3-319-67389-9_44](https://doi.org/10.1007/978-3-319-67389-9_44)
///
/// Segmentation Models PyTorch 0.6: `TverskyLoss`, which has no `perSample`.
/// There γ is the exponent of the mean of the classes; here, as in the paper on focal Tversky loss, that of each class.
public struct TverskyLoss: Hashable, Codable, Sendable {
  /// How the scores of a position are read.
  public var mode: RegionMode
  /// The weight α of false positives: at least 0.
  public var alpha: Double
  /// The weight β of false negatives: at least 0.
  public var beta: Double
  /// The exponent γ: at least 0.
  public var gamma: Double
  /// What is added to the overlap and to what it is divided by: at least 0.
  public var smoothing: Double
  /// Whether the input holds logits, or else probabilities.
  public var fromLogits: Bool
  /// Whether each sample has regions of its own, or else the batch as a whole.
  public var perSample: Bool
  /// The label, or the number in a mask, of elements that count for nothing.
  public var ignoreIndex: Int?
  /// How the values are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(
    mode: RegionMode = .multiclass, alpha: Double = 0.5, beta: Double = 0.5, gamma: Double = 1,
    smoothing: Double = 0, fromLogits: Bool = true,
    perSample: Bool = false, ignoreIndex: Int? = nil, reduction: Reduction = .mean
  ) {
    self.mode = mode
    self.alpha = alpha
    self.beta = beta
    self.gamma = gamma
    self.smoothing = smoothing
    self.fromLogits = fromLogits
    self.perSample = perSample
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
  }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [N, C, d…]; in binary mode [N, d…].
  ///   - target: The class of each position, of shape [N, d…]; or 0 and 1 for each element, in the input's shape. In binary
  ///     mode, 0 and 1, for a single channel also in the shape without it.
  ///   - sampleWeight: How many positions each one counts as, in the target's shape without an axis of classes: [N, d…]. By
  ///     default, 1.
  ///   - mask: Which positions count, in the same shape. By default, all do.
  /// - Returns: An evaluation, whose value has the shape [C], or [N, C] with `perSample`, before it is reduced.
  /// - Throws: `LossError` where a shape does not fit, a weight is negative, or a label or a hyperparameter is out of
  ///   range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(input, .labels(TypedLabels(target, ignoreIndex: ignoreIndex)), sampleWeight, mask)
  }

  /// Returns the loss of scores and masks.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [N, C, d…]; in binary mode [N, d…].
  ///   - target: A number from 0 to 1 for each element, in the input's shape; in binary mode, for a single channel also in the
  ///     shape without it. It has no gradient.
  ///   - sampleWeight: How many positions each one counts as, in the target's shape without an axis of classes: [N, d…]. By
  ///     default, 1.
  ///   - mask: Which positions count, in the same shape. By default, all do.
  /// - Returns: An evaluation, whose value has the shape [C], or [N, C] with `perSample`, before it is reduced.
  /// - Throws: `LossError` where a shape does not fit, a weight is negative, or a mask or a hyperparameter is out of
  ///   range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(input, .masks(target), sampleWeight, mask)
  }
}

extension TverskyLoss: RegionOverlap {
  @usableFromInline
  func formula() throws(LossError) -> TverskyFormula {
    try Check.hyperparameter("alpha", alpha, .finiteNonNegative)
    try Check.hyperparameter("beta", beta, .finiteNonNegative)
    try Check.hyperparameter("gamma", gamma, .finiteNonNegative)
    return TverskyFormula(alpha: alpha, beta: beta, gamma: gamma, smoothing: smoothing)
  }
}
