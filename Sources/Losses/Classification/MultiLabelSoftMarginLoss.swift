internal import RealMath
public import Tensors

/// Binary cross entropy of logits, averaged over the classes of each sample.
///
/// ```
/// loss = −Σ w[i] · (t[i]·log σ(x[i]) + (1 − t[i])·log σ(−x[i])) / C
/// ```
///
///     let loss = try MultiLabelSoftMarginLoss()([[0, 2]] as Tensor<Float>, target: [[1, 1]])
///     print(loss)  // 0.41003758
///
/// Input and target have the same shape, whose last axis is the classes. The weight is an argument of the call and can
/// be broadcast to that shape. `mean` divides by the number of samples.
///
/// At x = ±∞ value and gradient are the limits.
///
/// [PyTorch: MultiLabelSoftMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html)
public struct MultiLabelSoftMarginLoss: Hashable, Codable, Sendable {
  /// What is made of the values of the samples.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  // Element by element, it is `BCEWithLogitsLoss`.
  @specialized(where C == Float) @specialized(where C == Double)
  private func compute<C: LossScalar>(_ block: VectorBlock<C>) where C.Computation == C {
    block.forEachRow { row in
      let blocks = ElementwiseBlocks(row, scale: C(row.scale / Double(row.count)))
      let sum = Blocks.sum(overChunksOf: row.count) { blocks.compute($0, BCEWithLogitsLoss()._compute) }
      row.value = sum / Double(row.count)
    }
  }
}

extension MultiLabelSoftMarginLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where a shape does not fit.
  public func callAsFunction<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: nil).value(compute)
  }

  /// The gradient of the loss by its input.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  public func backward<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, weight: weight, upstream: upstream).gradient
  }

  /// The loss and its gradient by the input.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target, weight, upstream: upstream).valueWithGradient(compute)
  }

  /// The loss; its gradient by the input is written to `gradient`, which has the input's shape.
  public func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, weight, upstream: upstream).value(into: &gradient, compute)
  }

  /// The gradients of the loss by input and target.
  public func gradients<S: LossScalar>(
    _ input: Tensor<S>, target: Tensor<S>, weight: Tensor<S>? = nil, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>) {
    try call(input, target, weight, upstream: upstream).gradients(compute)
  }

  private func call<S: LossScalar>(
    _ input: Tensor<S>, _ target: Tensor<S>, _ weight: Tensor<S>?, upstream: Tensor<S>?
  ) throws(LossError) -> VectorCall<S> {
    guard input.rank > 0 else {
      throw .unsupportedShape(argument: "input", shape: input.shape, requirement: "it needs a class axis")
    }
    let weight = try Check.broadcast(ifPresent: weight, named: "weight", to: input.shape)
    return try VectorCall(
      input, target, weight, names: ["target", "weight"], upstream: upstream, reduction: reduction)
  }
}
