public import LossEngine
public import RealMath
public import Tensors

/// How far the scores of several right classes are from being above every other by 1.
///
/// ```
/// loss = Σ max(0, 1 − x[t] + x[i]) / C,   over all labels t in the list and all i that are not in it
/// ```
///
///     let scores: Tensor<Float> = [[0.9, 0.2, 0.4, 0.8]]
///     let loss = try MultiLabelMarginLoss()(scores, target: [[3, 0, -1, -1]] as Tensor<Int>)
///     print(loss)  // 0.45
///
/// **Edge cases**
/// - A label that is in a list twice counts twice.
/// - What follows the first −1 does not count, but must be labels too.
/// - At the kink, the gradient is 0.
/// - A NaN among the scores gives NaN, value and gradient of its sample; without labels, or without other classes,
///   nothing is compared, and both are 0. The difference of equal infinities costs nothing.
/// - Without samples, the sum is 0 and the mean NaN.
///
/// [PyTorch: MultiLabelMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html)
public struct MultiLabelMarginLoss: Hashable, Codable, Sendable {
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss of scores and lists of labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C] or [N, C]. A single number counts as one class.
  ///   - target: A list of labels for each sample, up to the first −1, in the same shape and of any integer type.
  ///   - sampleWeight: The weight of each sample, in the shape of the values, [] or [N]; all ones if it is `nil`.
  ///     `mean` divides by the sum of the sample weights.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    ColumnEvaluation<Self, InputGradient<Scalar>>(
      self,
      try ColumnArguments(
        input, target: .labelLists(target), weight: nil, sampleWeight: sampleWeight, mask: mask,
        reduction: reduction,
        options: ClassLossOptions(allowsFurtherAxes: false, copiesShortLines: false, costPerElement: 5)))
  }
}

extension MultiLabelMarginLoss: ColumnFunction {
  // Three numbers and two classes, of a column in memory.
  @inlinable package var bytesPerClass: Int {
    3 * MemoryLayout<Double>.stride + 2 * MemoryLayout<Int>.stride
  }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { computeColumns(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { computeColumns(block) }

  private func computeColumns<C: RealScalar>(_ block: ColumnBlock<C>) {
    if !block.isResident { return computeInParts(block) }
    let numbers = Scratch<C>(slots: 3, slotSize: block.classes)
    let classes = Scratch<Int>(slots: 2, slotSize: block.classes)
    for column in 0..<block.columns { compute(block, column, numbers, classes) }
    numbers.deallocate()
    classes.deallocate()
  }

  // With z = 1 − x[t] + x[i] > 0, a pair adds 1/C to ∂/∂x[i] and takes it from ∂/∂x[t].
  private func compute<C: RealScalar>(
    _ block: ColumnBlock<C>, _ column: Int, _ numbers: Scratch<C>, _ classes: Scratch<Int>
  ) {
    // Without further axes, a line is a column.
    let scores = block.input.line(column)
    let counts = numbers[0]
    count(labels: block.labels.advanced(by: column * block.classes), of: block, in: counts)

    // The classes in the list and the others, separated without a branch.
    let (labels, others, otherScores) = (classes[0], classes[1], numbers[1])
    var (labelCount, otherCount) = (0, 0)
    for index in 0..<block.classes {
      labels[labelCount] = index
      others[otherCount] = index
      otherScores[otherCount] = scores[index]
      labelCount &+= counts[index] > 0 ? 1 : 0
      otherCount &+= counts[index] > 0 ? 0 : 1
    }

    /// The sum of a term of z over the other classes.
    @inline(__always) func sumOverOthers(_ labelScore: C, _ term: (_ z: C) -> C) -> Double {
      Summation.sum(count: otherCount) { term(z(otherScores[$0], labelScore)) }
    }
    if labelCount > 0, otherCount > 0, (0..<block.classes).contains(where: { scores[$0].isNaN }) {
      block.values[column] = .nan
      block.inputGradient?.line(column).fill(.nan, count: block.classes)
      return
    }
    var sum = 0.0
    for position in 0..<labelCount {
      let label = labels[position]
      sum += Double(counts[label]) * sumOverOthers(scores[label]) { z in z > 0 ? z : 0 }
    }
    block.values[column] = sum / Double(block.classes)

    guard let gradient = block.inputGradient?.line(column) else { return }
    let scale = C(block.scales[column] / Double(block.classes))
    let slopes = numbers[2]
    slopes.clear(count: otherCount)
    for position in 0..<labelCount {
      let label = labels[position]
      let (labelScore, count) = (scores[label], counts[label])
      for index in 0..<otherCount { slopes[index] += z(otherScores[index], labelScore) > 0 ? count : 0 }
      gradient[label] = -scale * count * C(sumOverOthers(labelScore) { z in z > 0 ? 1 : 0 })
    }
    for index in 0..<otherCount { gradient[others[index]] = scale * slopes[index] }
  }

  /// The difference of scores comes first: it is exact where they are nearly equal.
  @inline(__always)
  func z<C: RealScalar>(_ score: C, _ labelScore: C) -> C { 1 + (score - labelScore) }

  /// Counts how often each class is in a list of labels, which ends at the first that is no class.
  private func count<C: RealScalar>(
    labels: UncheckedBuffer<Int>, of block: ColumnBlock<C>, in counts: UncheckedBuffer<C>
  ) {
    counts.clear(count: block.classes)
    for position in 0..<block.classes {
      if labels[position] == block.ignoreIndex { return }
      counts[labels[position]] += 1
    }
  }
}
