public import LossEngine
public import Tensors

/// How far a vector, the anchor a, is from being nearer to a positive p than to a negative n by a margin, with a
/// distance of your own.
///
/// ```
/// loss = max(0, margin + d(a, p) − d(a, n))
/// ```
///
///     let loss = try TripletMarginWithDistanceLoss(distance: CosineDistance())(
///       [[1, 0]] as Tensor<Float>, positive: [[1, 0]], negative: [[0, 1]])
///     print(loss)  // 0.0
///
/// `mean` divides by the number of triplets. With `swap`, d(p, n) takes the place of d(a, n) where it is less.
///
/// **Edge cases**
/// - At the kink, the gradient is that of the slope. Where d(p, n) and d(a, n) are equal with `swap`, each has half of
///   it.
/// - A margin that is not positive is an error.
/// - NaN gives NaN, value and gradient of its triplet, and so does a difference of infinite distances. An infinite
///   distance of anchor and positive costs ∞; one of anchor and negative costs nothing.
/// - Without triplets, the sum is 0 and the mean NaN.
///
/// V. Balntas et al., Learning local feature descriptors with triplets and shallow convolutional neural networks, BMVC
/// 2016, [doi:10.5244/C.30.119](https://doi.org/10.5244/C.30.119)
///
/// [PyTorch: TripletMarginWithDistanceLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html)
public struct TripletMarginWithDistanceLoss<Distance: VectorMeasure>: Hashable, Codable, Sendable {
  /// The distance between two vectors.
  public var distance: Distance
  /// By how much the negative should be farther away.
  public var margin: Double
  /// Whether the distance of positive and negative counts where it is less.
  public var swap: Bool
  /// How the values of the triplets are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters. The distance is ``PairwiseDistance`` if none is given.
  public init(
    distance: Distance = PairwiseDistance(), margin: Double = 1, swap: Bool = false,
    reduction: Reduction = .mean
  ) {
    self.distance = distance
    self.margin = margin
    self.swap = swap
    self.reduction = reduction
  }

  /// Returns the loss of triplets of vectors.
  ///
  /// - Parameters:
  ///   - anchor: The vectors that the others are compared with, of shape [D] or [N…, D]. A single number counts as [1].
  ///   - positive: Vectors that should be near, in the same shape.
  ///   - negative: Vectors that should be far, in the same shape.
  ///   - sampleWeight: The weight of each triplet, of shape [N…]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights.
  ///   - mask: Which triplets count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it holds, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ anchor: Tensor<Scalar>, positive: Tensor<Scalar>, negative: Tensor<Scalar>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, TripletGradient<Scalar>, TripletGradient<Scalar>> {
    try Triplets(distance: distance, margin: margin, swap: swap)
      .evaluation(anchor, positive, negative, sampleWeight, mask, reduction)
  }
}
