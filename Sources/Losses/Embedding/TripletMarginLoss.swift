/// How far a vector, the anchor a, is from being nearer to a positive p than to a negative n by a margin, in the
/// p-norm.
///
/// ```
/// loss = max(0, margin + ‖a − p + eps‖ₚ − ‖a − n + eps‖ₚ)
/// ```
///
///     let loss = TripletMarginLoss(margin: 1)
///     let anchor: Tensor<Float> = [[0, 0]]
///     let value = try loss(anchor, positive: [[3, 4]], negative: [[0, 5]])
///     print(value)  // 0.9999996
///
/// It is `TripletMarginWithDistanceLoss` with a `PairwiseDistance`, which describe the rest.
///
/// [PyTorch: TripletMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginLoss.html)
public typealias TripletMarginLoss = TripletMarginWithDistanceLoss<PairwiseDistance>

extension TripletMarginWithDistanceLoss where Distance == PairwiseDistance {
  /// - Parameters:
  ///   - margin: By how much the negative should be farther away.
  ///   - p: The norm: any positive number or ∞.
  ///   - eps: What is added to each signed difference.
  ///   - swap: Whether the distance of positive and negative counts where it is less than that of anchor and negative.
  ///   - reduction: What is made of the values of the triplets.
  public init(
    margin: Double = 1, p: Double = 2, eps: Double = 1e-6, swap: Bool = false, reduction: Reduction = .mean
  ) {
    self.init(distance: PairwiseDistance(p: p, eps: eps), margin: margin, swap: swap, reduction: reduction)
  }
}
