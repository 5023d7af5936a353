public import LossEngine
internal import RealMath
public import Tensors

/// How little predicted and true regions overlap, where small classes count as much as large ones.
///
/// ```
/// loss = 1 − (2·Σ w·I + smoothing) / (Σ w·(2·I + F + M) + smoothing),   w = 1 / v²
/// ```
///
/// I is the sum of what is predicted and true, F of what is predicted but not true, M of what is true but missed: sums over
/// the positions of the batch, or of each sample.
///
/// The sums are over the classes, and v is the sum of what is true of a class. All classes together have one value.
///
///     let loss = try GeneralizedDiceLoss(smoothing: 0)(
///       [[[2, 0, 0], [0, 2, 2]]] as Tensor<Float>, target: [[0, 1, 1]] as Tensor<Int>)
///     print(loss)  // 0.14469177
///
/// The scores are logits of a softmax over axis 1 by default; `mode` says how they are read, and `fromLogits` whether they are
/// probabilities already. Sums are made in `Double`, whatever the number of positions. `mean` divides by the number of
/// samples, or by 1 for the batch.
///
/// **Edge cases**
/// - A class that is true nowhere has the largest weight of those that are, as v⁻² would be infinite. Where none is true,
///   value and gradient are 0.
/// - Elements whose target is `ignoreIndex` count for nothing, whatever the scores hold. A softmax is that of the classes
///   that are not ignored at the position.
/// - NaN in a score that counts gives NaN, value and gradient of its sample, or of the batch.
/// - Where a probability is exactly its mask, the derivative is the mean of those on both sides.
/// - A mask in between 0 and 1 overlaps a probability in the smaller of both numbers.
/// - Without positions, the value is 0.
/// - In multiclass mode, a single class is certain: its probability is 1, and the gradient 0. One channel of scores of the
///   foreground needs binary mode.
///
/// C. H. Sudre et al., Generalised Dice overlap as a deep learning loss function for highly unbalanced segmentations, DLMIA
/// 2017, [doi:10.1007/978-3-319-67558-9_28](https://doi.org/10.1007/978-3-319-67558-9_28)
///
/// MONAI 1.6: `GeneralizedDiceLoss`, whose overlap with a mask between 0 and 1 is the product.
public struct GeneralizedDiceLoss: Hashable, Codable, Sendable {
  /// How the scores of a position are read.
  public var mode: RegionMode
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
    mode: RegionMode = .multiclass, smoothing: Double = 1e-5, fromLogits: Bool = true,
    perSample: Bool = true, ignoreIndex: Int? = nil, reduction: Reduction = .mean
  ) {
    self.mode = mode
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
  /// - Returns: An evaluation, whose value has the shape [N], or [] for the batch, before it is reduced.
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
  /// - Returns: An evaluation, whose value has the shape [N], or [] for the batch, before it is reduced.
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

extension GeneralizedDiceLoss: RegionOverlap {
  @usableFromInline
  func formula() -> Formula { Formula(smoothing: smoothing) }

  @usableFromInline
  struct Formula: RegionFormula {
    @usableFromInline let smoothing: Double

    @usableFromInline init(smoothing: Double) { self.smoothing = smoothing }

    @usableFromInline package static var isJoint: Bool { true }

    // With E = Σ w·(F + M) and D = Σ w·(2·I + F + M) + smoothing, loss = E/D, and
    //
    //   ∂/∂I = −2·w·E/D²,   ∂/∂F = ∂/∂M = w·(D − E)/D²
    //
    // All weights are multiplied by the square of the smallest v, and so is the smoothing. 1/D may be out of
    // range, so its power of two goes into the weights of the positions.
    @usableFromInline
    package func terms(_ sums: [RegionSums]) -> [RegionTerms] {
      guard let least = sums.map({ $0.target }).filter({ $0 > 0 }).min() else {
        let hasNaN = sums.contains { $0.excess.isNaN || $0.target.isNaN }
        return sums.map { _ in hasNaN ? .nan : .nothing }
      }
      let weights = sums.map { sum in
        let ratio = sum.target > 0 ? least / sum.target : 1
        return ratio * ratio
      }
      var (error, overlap) = (0.0, smoothing * least * least)
      for (sum, weight) in zip(sums, weights) {
        error += weight * (sum.excess + sum.lack)
        overlap += 2 * weight * sum.intersection
      }
      let denominator = overlap + error
      let ratio = errorShare(error, overlap: overlap)
      let exponent = WeightRange.exponent(bringing: denominator, nearOneIn: Double.self)
      return weights.map { weight in
        let share = weight / (denominator * WeightRange.power(exponent))
        return RegionTerms(
          value: 1 - overlap / denominator, intersection: -2 * share * ratio,
          excess: share * (overlap / denominator),
          lack: share * (overlap / denominator), weightExponent: exponent)
      }
    }
  }
}
