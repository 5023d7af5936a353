public import RealMath
public import Tensors

/// A loss of the angle between two vectors: 1 − cos for similar pairs (y = 1), and how far the cosine is above a margin
/// for others (y = −1).
///
/// ```
/// cos = x₁·x₂ / √((‖x₁‖² + 10⁻¹²)·(‖x₂‖² + 10⁻¹²))
/// loss = 1 − cos  where y = 1,   max(0, cos − margin)  where y = −1,   else 0
/// ```
///
///     let loss = try CosineEmbeddingLoss()([[3, 4]] as Tensor<Float>, input2: [[4, 3]], target: [1])
///     print(loss)  // 0.04
///
/// The inputs have shape [N, D] and the target has shape [N], or [D] and []. `mean` divides by N.
///
/// The cosine is right for vectors of any magnitude: what is added to the squares is left out where it would show, for
/// vectors shorter than 10⁻³. A zero vector has cosine 0 and gradient 0.
///
/// [PyTorch: CosineEmbeddingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html)
public struct CosineEmbeddingLoss: VectorFunction, Hashable, Codable, Sendable {
  /// The cosine that dissimilar pairs may have.
  public var margin: Double
  /// What is made of the values of the pairs.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func compute<C: RealScalar>(_ block: VectorBlock<C>) { run(block) }

  // ∂loss/∂cos = −1 for similar pairs, 1 for others down to the margin, the kink included.
  @inlinable @inline(__always)
  func compute<C: RealScalar>(_ row: VectorRow<C>) {
    // A row has `count` numbers of each vector, and outlives the spans.
    let a = unsafe Span(_unsafeStart: row.first.memory, count: row.count)
    let b = unsafe Span(_unsafeStart: row.second.memory, count: row.count)
    let pair = VectorPair(a, b)
    let cosine = Cosine(pair) { square in
      ((square < Self.shortSquare ? square : square + Self.added).squareRoot(), false)
    }
    let excess = cosine.value - margin
    let slope: Double
    switch row.answer {
    case 1: (row.value, slope) = (1 - cosine.value, -1)
    case -1: (row.value, slope) = excess < 0 ? (0, 0) : (excess, 1)
    default: (row.value, slope) = (0, 0)
    }
    guard let firstGradient = row.firstGradient, let secondGradient = row.secondGradient else { return }
    firstGradient.clear(count: row.count)
    secondGradient.clear(count: row.count)
    if slope == 0 { return }
    var da = unsafe MutableSpan(_unsafeStart: firstGradient.memory, count: row.count)
    var db = unsafe MutableSpan(_unsafeStart: secondGradient.memory, count: row.count)
    cosine.addGradients(of: pair, scale: slope * row.scale, to: &da, &db)
  }

  /// What is added to the square of a length, and the square below which it is not.
  @inlinable @inline(__always) static var added: Double { 1e-12 }
  @inlinable @inline(__always) static var shortSquare: Double { 1e-6 }

  /// Compiles the kernels of the loss, where this is called.
  @inlinable @inline(__always)
  public static func _addKernels(to list: inout some _KernelList) { addKernels(to: &list) }
}

extension CosineEmbeddingLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where a shape does not fit.
  @inlinable
  public func callAsFunction<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, target, upstream: nil).value(compute)
  }

  /// The gradient of the loss by both inputs.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  @inlinable
  public func backward<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> PairGradient<S> {
    try valueWithGradient(input1, input2: input2, target: target, upstream: upstream).gradient
  }

  /// The loss and its gradient by both inputs.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: PairGradient<S>) {
    try call(input1, input2, target, upstream: upstream).valueWithPairGradient(compute)
  }

  /// The loss; the gradient by both inputs is written to `gradient`, whose tensors have the inputs' shape.
  @inlinable
  public func valueWithGradient<S: LossScalar>(
    _ input1: Tensor<S>, input2: Tensor<S>, target: Tensor<S>, upstream: Tensor<S>? = nil,
    into gradient: inout PairGradient<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input1, input2, target, upstream: upstream).value(into: &gradient, compute)
  }

  @inlinable
  func call<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, _ target: Tensor<S>, upstream: Tensor<S>?
  ) throws(LossError) -> VectorCall<S> {
    guard 1...2 ~= input1.rank else {
      throw .unsupportedShape(
        argument: "input1", shape: input1.shape, requirement: "only [D] and [N, D] are possible")
    }
    return try VectorCall(
      input1, input2, names: ["input2"], answers: target, upstream: upstream, reduction: reduction)
  }
}
