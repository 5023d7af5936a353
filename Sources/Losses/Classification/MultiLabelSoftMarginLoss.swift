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
  ///   - sampleWeight: The weight of each sample, in the input's shape without the last axis; all ones if it is `nil`.
  ///     `mean` divides by the sum of the sample weights.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where shapes differ, or the weight cannot be broadcast.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetWeightGradient<Scalar>> {
    MultiLabelEvaluation(
      self, try arguments(input, target, weight, sampleWeight, mask), weightShape: weight?.shape)
  }

  @usableFromInline
  func arguments<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>, _ weight: Tensor<Scalar>?,
    _ sampleWeight: Tensor<Scalar>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> RowArguments<Scalar> {
    guard input.rank > 0 else {
      throw .unsupportedShape(argument: "input", shape: input.shape, requirement: "it needs a class axis")
    }
    let weight = try Check.broadcast(ifPresent: weight, named: "weight", to: input.shape)
    return try RowArguments(
      input, target, weight, names: ["target", "weight"], sampleWeight: sampleWeight, mask: mask,
      reduction: reduction)
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
    if block.length <= Blocks.size { return computeShortRows(block, formula) }
    block.forEachRow { row in
      let runner = ElementwiseRunner(row, scale: row.scale / Double(row.count))
      let sum = Blocks.sum(overChunksOf: row.count) { runner.run($0) { formula.run($0) } }
      row.value = sum / Double(row.count)
    }
  }

  /// Computes rows whose sums take no more than a block each: the elements of all rows at once.
  private func computeShortRows<C: LossScalar>(
    _ block: RowBlock<C>, _ formula: LossFormula<BCEWithLogitsLoss>
  ) where C.Computation == C {
    let count = block.rowCount * block.length
    let scratch = Scratch<C>(slots: 2, slotSize: count)
    defer { scratch.deallocate() }
    let (values, scales) = (scratch[0], scratch[1])
    block.forEachRow { row in
      scales.advanced(by: row.index * row.count).fill(C(row.scale / Double(row.count)), count: row.count)
    }
    _ = ElementwiseRunner(block, values: values, scales: scales).run(0..<count) { formula.run($0) }
    block.forEachRow { row in
      let values = values.advanced(by: row.index * row.count)
      row.value = Summation.sum(values, count: row.count) / Double(row.count)
    }
  }
}

/// The loss at given arguments, of which the weight may have been broadcast.
@frozen @usableFromInline
package struct MultiLabelEvaluation<Scalar: LossScalar>: EngineEvaluation {
  @usableFromInline package typealias Gradient = Tensor<Scalar>
  @usableFromInline package typealias Gradients = InputTargetWeightGradient<Scalar>

  @usableFromInline let base: RowEvaluation<MultiLabelSoftMarginLoss, Gradient, Gradients>
  @usableFromInline let weightShape: Shape?

  @inlinable
  init(_ loss: MultiLabelSoftMarginLoss, _ arguments: RowArguments<Scalar>, weightShape: Shape?) {
    base = RowEvaluation(loss, arguments)
    self.weightShape = weightShape
  }

  @inlinable package var gradientShape: Shape { base.gradientShape }
  @inlinable package var reducer: Reducer { base.reducer }

  @inlinable
  package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    base.run(gradients, upstream: upstream)
  }

  /// Computes the gradient with respect to the weight in a pass of its own.
  @inlinable
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    var gradients = try base.gradients(upstream: upstream)
    if let weightShape { gradients.weight = weightGradient(weightShape, upstream) }
    return gradients
  }

  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
  func weightGradient(_ shape: Shape, _ upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
    let loss = BCEWithLogitsLoss()
    return base.arguments.factorGradient(shape, upstream: upstream) { row, index in
      loss.terms(row.first[index], target: row.second[index]).value
        / Scalar.Computation(Double(row.count))
    }
  }
}
