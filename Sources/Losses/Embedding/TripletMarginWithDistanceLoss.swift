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

  // Specialized for code that is compiled without knowing the types.
  @inlinable
  @specialized(where Distance == CosineDistance, C == Float)
  @specialized(where Distance == CosineDistance, C == Double)
  @specialized(where Distance == PairwiseDistance, C == Float)
  @specialized(where Distance == PairwiseDistance, C == Double)
  @specialized(where Distance == SquaredEuclideanDistance, C == Float)
  @specialized(where Distance == SquaredEuclideanDistance, C == Double)
  func compute<C: RealScalar>(_ block: VectorBlock<C>) { run(block) }
}

extension TripletMarginWithDistanceLoss: VectorFunction {
  // The gradient is that of d(a, p) less that of d(a, n) or d(p, n), the kink included.
  //
  // The pairs (a, p), (a, n) and (p, n) take turns in loops: a distance is inlined wherever it is asked for, which is
  // too much in one function if each pair asks for itself.
  @inlinable @inline(__always)
  func compute<C: RealScalar>(_ row: VectorRow<C>) {
    guard let negative = row.third else { return }
    let (anchor, positive, count) = (row.first, row.second, row.count)
    var (near, far, between) = (0.0, 0.0, Double.infinity)
    for pair in 0..<(swap ? 3 : 2) {
      let value = distance.value(
        of: pair == 2 ? positive : anchor, pair == 0 ? positive : negative, count: count)
      switch pair {
      case 0: near = value
      case 1: far = value
      default: between = value
      }
    }
    let gap = margin + near - min(far, between)
    row.value = gap < 0 ? 0 : gap

    guard let da = row.firstGradient, let dp = row.secondGradient, let dn = row.thirdGradient else { return }
    da.clear(count: count)
    dp.clear(count: count)
    dn.clear(count: count)
    guard gap >= 0 else { return }
    let farShare: Double = far < between ? 1 : far > between ? 0 : 0.5
    for pair in 0..<3 {
      let (value, share) = pair == 0 ? (near, 1) : pair == 1 ? (far, -farShare) : (between, farShare - 1)
      if share == 0 { continue }
      distance.addGradients(
        of: pair == 2 ? positive : anchor, pair == 0 ? positive : negative, count: count, value: value,
        scale: share * row.scale, to: pair == 2 ? dp : da, pair == 0 ? dp : dn)
    }
  }

  /// Compiles the kernels of the loss, where this is called.
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
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
