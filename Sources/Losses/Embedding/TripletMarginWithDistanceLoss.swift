public import RealMath
public import Tensors

/// How far a vector, the anchor a, is from being nearer to a positive p than to a negative n by a margin, with a
/// distance of your own.
///
/// ```
/// loss = max(0, margin + d(a, p) − d(a, n))
/// ```
///
///     let loss = TripletMarginWithDistanceLoss(distance: CosineDistance())
///     let anchor: Tensor<Float> = [[1, 0]]
///     let value = try loss(anchor, positive: [[1, 0]], negative: [[0, 1]])
///     print(value)  // 0.0
///
/// All three have the same shape, [D] or [N…, D], and a single number counts as [1]; `mean` divides by the number of
/// vectors. With `swap`, d(a, n) gives way to d(p, n) where that is less; where both are equal, each has half of the
/// gradient. A margin that is not positive is an error.
///
/// V. Balntas et al., Learning local feature descriptors with triplets and shallow convolutional neural networks, BMVC
/// 2016, [doi:10.5244/C.30.119](https://doi.org/10.5244/C.30.119)
///
/// [PyTorch: TripletMarginWithDistanceLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.TripletMarginWithDistanceLoss.html)
public struct TripletMarginWithDistanceLoss<Distance: VectorMeasure>: Hashable, Codable, Sendable {
  /// How far two vectors are from each other.
  public var distance: Distance
  /// By how much the negative should be farther away.
  public var margin: Double
  /// Whether the distance of positive and negative counts where it is the less.
  public var swap: Bool
  /// What is made of the values of the triplets.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(distance: Distance, margin: Double = 1, swap: Bool = false, reduction: Reduction = .mean) {
    self.distance = distance
    self.margin = margin
    self.swap = swap
    self.reduction = reduction
  }

  // The gradient is that of d(a, p) less that of d(a, n) or d(p, n), the kink included.
  @inlinable
  func compute<C: RealScalar>(_ block: VectorBlock<C>) {
    block.forEachRow { row in
      guard let negative = row.third else { return }
      let (anchor, positive, count) = (row.first, row.second, row.count)
      let near = distance.value(of: anchor, positive, count: count)
      let far = distance.value(of: anchor, negative, count: count)
      let between = swap ? distance.value(of: positive, negative, count: count) : .infinity
      let gap = margin + near - min(far, between)
      row.value = gap < 0 ? 0 : gap

      guard let da = row.firstGradient, let dp = row.secondGradient, let dn = row.thirdGradient else {
        return
      }
      da.clear(count: count)
      dp.clear(count: count)
      dn.clear(count: count)
      guard gap >= 0 else { return }
      let farShare: Double = far < between ? 1 : far > between ? 0 : 0.5
      distance.addGradients(
        of: anchor, positive, count: count, value: near, scale: row.scale, to: da, dp)
      if farShare > 0 {
        distance.addGradients(
          of: anchor, negative, count: count, value: far, scale: -farShare * row.scale, to: da, dn)
      }
      if farShare < 1 {
        distance.addGradients(
          of: positive, negative, count: count, value: between, scale: (farShare - 1) * row.scale, to: dp, dn)
      }
    }
  }
}

extension TripletMarginWithDistanceLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where shapes differ or a hyperparameter is out of range.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ anchor: Tensor<S>, positive: Tensor<S>, negative: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(anchor, positive, negative, upstream: nil).value(compute)
  }

  /// The gradient of the loss by all three inputs.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ anchor: Tensor<S>, positive: Tensor<S>, negative: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> TripletGradient<S> {
    try valueWithGradient(anchor, positive: positive, negative: negative, upstream: upstream).gradient
  }

  /// The loss and its gradient by all three inputs.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ anchor: Tensor<S>, positive: Tensor<S>, negative: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: TripletGradient<S>) {
    try call(anchor, positive, negative, upstream: upstream).valueWithTripletGradient(compute)
  }

  /// The loss; its gradient by all three inputs is written to `gradient`, whose tensors have the inputs' shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ anchor: Tensor<S>, positive: Tensor<S>, negative: Tensor<S>, upstream: Tensor<S>? = nil,
    into gradient: inout TripletGradient<S>
  ) throws(LossError) -> Tensor<S> {
    try call(anchor, positive, negative, upstream: upstream).value(into: &gradient, compute)
  }

  @inlinable
  func call<S: LossScalar>(
    _ anchor: Tensor<S>, _ positive: Tensor<S>, _ negative: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> VectorCall<S> {
    guard margin > 0 else {
      throw .invalidHyperparameter(name: "margin", value: margin, requirement: "positive")
    }
    try distance.checkHyperparameters()
    return try VectorCall(
      anchor, positive, negative, names: ["positive", "negative"], upstream: upstream, reduction: reduction)
  }
}
