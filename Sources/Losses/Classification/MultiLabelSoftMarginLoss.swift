public import LossEngine
public import RealMath
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
/// **Edge cases**
/// - At x = ±∞, value and gradient are the limits.
/// - NaN gives NaN: the value of its sample, and the gradient at its class, but for the gradient with respect to a
///   target that is NaN, which does not depend on it.
/// - Without samples, the sum is 0 and the mean NaN.
///
/// [PyTorch: MultiLabelSoftMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelSoftMarginLoss.html)
public struct MultiLabelSoftMarginLoss: Hashable, Codable, Sendable {
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, whose last axis is the classes.
  ///   - target: The probability of each class, in the same shape.
  ///   - weight: The weight w of each class, broadcast to the input's shape; all ones if it is `nil`.
  /// - Throws: `LossError` where shapes differ, or the weight cannot be broadcast.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    RowEvaluation<Self, Tensor<Scalar>, InputTargetGradient<Scalar>>(
      self, try arguments(input, target, weight))
  }

  @usableFromInline
  func arguments<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ weight: Tensor<Scalar>?
  ) throws(LossError) -> RowArguments<Scalar> {
    guard input.rank > 0 else {
      throw .unsupportedShape(argument: "input", shape: input.shape, requirement: "it needs a class axis")
    }
    let weight = try Check.broadcast(ifPresent: weight, named: "weight", to: input.shape)
    return try RowArguments(input, target, weight, names: ["target", "weight"], reduction: reduction)
  }
}

extension MultiLabelSoftMarginLoss: RowFunction {
  @usableFromInline
  package func compute(_ block: RowBlock<Float>) { computeRows(block) }

  @usableFromInline
  package func compute(_ block: RowBlock<Double>) { computeRows(block) }

  // Element by element, it is `BCEWithLogitsLoss`.
  private func computeRows<C: LossScalar>(_ block: RowBlock<C>) where C.Computation == C {
    let formula = LossFormula(BCEWithLogitsLoss())
    block.forEachRow { row in
      let runner = ElementwiseRunner(row, scale: C(row.scale / Double(row.count)))
      let sum = Blocks.sum(overChunksOf: row.count) { runner.run($0) { formula.run($0) } }
      row.value = sum / Double(row.count)
    }
  }
}
