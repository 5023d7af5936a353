public import LossEngine
public import RealMath
public import Tensors

/// The negative log-likelihood of the right class, of log-probabilities x.
///
/// ```
/// loss = −w[y] · x[y]
/// ```
///
///     let logProbabilities: Tensor<Float> = [[1, 2, 3]]
///     let loss = try NLLLoss()(logProbabilities, target: [2] as Tensor<Int>)
///     print(loss)  // -3.0
///
/// **Edge cases**
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - NaN and infinities count at the label only, whose value they make NaN or infinite; the gradient is −w[y] at any
///   score.
///
/// [PyTorch: NLLLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.NLLLoss.html)
public struct NLLLoss: Hashable, Codable, Sendable {
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// The axis of the input that the classes are along. A negative one counts from the end: −1 is the last, as in the
  /// scores [B, T, C] of a language model. The labels have the other axes. In an input of one axis, 1 means that one.
  public var classAxis: Int

  /// Creates the loss with the given hyperparameters.
  public init(ignoreIndex: Int? = -100, reduction: Reduction = .mean, classAxis: Int = 1) {
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
    self.classAxis = classAxis
  }

  /// Returns the loss of log-probabilities and labels.
  ///
  /// - Parameters:
  ///   - input: The log-probabilities, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights of the labels that are not ignored.
  ///   - sampleWeight: The weight of each sample, in the target's shape; all ones if it is `nil`. `mean` divides by the sum
  ///     of sample weight · class weight of the labels that are not ignored.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label or the class axis is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    ColumnEvaluation<Self, InputGradient<Scalar>>(
      self,
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction,
        options: ClassLossOptions(
          classAxis: classAxis, copiesShortLines: false, readsLabelsOnly: true, costPerElement: 0.05)))
  }
}

// ∂/∂x[y] = −w[y], and 0 for every other class.

extension NLLLoss: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { computeColumns(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { computeColumns(block) }

  private func computeColumns<C: RealScalar>(_ block: ColumnBlock<C>) {
    if block.isResident { Step().run(block) } else { runInParts(block) }
  }

  private func runInParts<C: RealScalar>(_ block: ColumnBlock<C>) {
    block.values.clear(count: block.columns)
    block.forEachPart(storesResults: false) { part, _ in
      for column in 0..<part.columns {
        guard let label = part.label(ofColumn: column), let position = part.position(ofClass: label)
        else { continue }
        let score = Double(part.input[part.place(class: position, column: column)])
        block.values[column] = -part.weight(at: position) * score
      }
    }
    if block.inputGradient == nil { return }
    block.forEachPart(storesResults: true) { part, _ in
      guard let gradient = part.inputGradient else { return }
      part.clearInputGradient()
      for column in 0..<part.columns {
        guard let label = part.label(ofColumn: column), let position = part.position(ofClass: label)
        else { continue }
        gradient[part.place(class: position, column: column)] = C(
          -part.weight(at: position) * part.scales[column])
      }
    }
  }

  /// The values, and the gradients at the labels.
  @usableFromInline
  package struct Step<C: RealScalar>: ColumnStep {
    /// The number of classes up to which it is faster to go over all elements than to look for those of the labels,
    /// since each look is a wait for memory.
    @export(implementation) @inline(__always)
    static var fewClasses: Int { 32 }

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      if block.isFromMemory, !Order.linesAreColumns, 1...Self.fewClasses ~= block.classes {
        visitAll(block)
      } else {
        visitLabels(block, Order.self)
      }
    }

    @export(implementation) @inline(__always)
    func visitLabels<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      block.clearInputGradient(Order.self)
      if let weight = block.weight {
        for column in 0..<block.columns { visit(column, of: block, Order.self) { Double(weight[$0]) } }
      } else {
        for column in 0..<block.columns { visit(column, of: block, Order.self) { _ in 1 } }
      }
    }

    @export(implementation) @inline(__always)
    func visit<Order: PanelOrder>(
      _ column: Int, of block: ColumnBlock<C>, _: Order.Type, weight: (_ class: Int) -> Double
    ) {
      guard let label = block.label(ofColumn: column) else {
        block.values[column] = 0
        return
      }
      let place = Order.place(class: label, column: column)
      let weight = weight(label)
      block.values[column] = -weight * Double(block.input[place])
      block.inputGradient?[place] = C(-weight * block.scales[column])
    }

    /// Goes over the lines, each of which is a class, and takes what belongs to the label in each column.
    @export(implementation) @inline(__always)
    func visitAll(_ block: ColumnBlock<C>) {
      let numbers = Scratch<C>(slots: 3, slotSize: block.columns)
      let doubles = Scratch<Double>(slots: 1, slotSize: block.columns)
      defer {
        numbers.deallocate()
        doubles.deallocate()
      }
      let (labels, scores, slopes, weights) = (numbers[0], numbers[1], numbers[2], doubles[0])
      for column in 0..<block.columns {
        let label = block.label(ofColumn: column)
        // As a number of the scores' width, and one that is no class where the column is ignored.
        labels[column] = C(label ?? -1)
        weights[column] = block.weight(at: label ?? 0)
        slopes[column] = C(-weights[column] * block.scales[column])
      }
      scores.clear(count: block.columns)
      for index in 0..<block.classes {
        let (line, number) = (block.input.line(index), C(index))
        for column in 0..<block.columns {
          scores[column] = select(labels[column] == number, line[column], scores[column])
        }
        guard let gradient = block.inputGradient?.line(index) else { continue }
        for column in 0..<block.columns {
          gradient[column] = select(labels[column] == number, slopes[column], 0)
        }
      }
      for column in 0..<block.columns {
        block.values[column] = labels[column] < 0 ? 0 : -weights[column] * Double(scores[column])
      }
    }
  }
}
