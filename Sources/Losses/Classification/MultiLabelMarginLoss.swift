internal import RealMath
public import Tensors

/// How far the scores of several right classes are from being above each other's by 1.
///
/// ```
/// loss = Σ max(0, 1 − x[t] + x[i]) / C,   over all labels t in the list and all i that are not in it
/// ```
///
///     let scores: Tensor<Float> = [[0.9, 0.2, 0.4, 0.8]]
///     let loss = try MultiLabelMarginLoss()(scores, target: [[3, 0, -1, -1]] as Tensor<Int>)
///     print(loss)  // 0.45
///
/// The input has shape [C] or [N, C]; a single number counts as one class. The target has the same shape: a list of
/// labels for each sample, up to the first −1. A label that is there twice counts twice, and what follows −1 must be
/// labels too, though it does not count. `mean` divides by N. At the kink the gradient is 0.
///
/// [PyTorch: MultiLabelMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html)
public struct MultiLabelMarginLoss: Hashable, Codable, Sendable {
  /// What is made of the values of the samples.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  @specialized(where C == Float) @specialized(where C == Double)
  private func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    let numbers = Scratch<C>(slots: 3, slotSize: panel.classes)
    let classes = Scratch<Int>(slots: 2, slotSize: panel.classes)
    for column in 0..<panel.columns { compute(panel, column, numbers, classes) }
    numbers.deallocate()
    classes.deallocate()
  }

  // With z = 1 − x[t] + x[i] > 0, a pair adds 1/C to ∂/∂x[i] and takes it from ∂/∂x[t].
  //
  // Not inlined into the generic entry, which sets up all that it holds before it goes to the code for one type.
  @inline(never)
  private func compute<C: RealScalar>(
    _ panel: ClassPanel<C>, _ column: Int, _ numbers: Scratch<C>, _ classes: Scratch<Int>
  ) {
    // There are no further axes, so that a line is a column.
    let scores = unsafe Numbers(panel.input.line(column))
    let counts = numbers.numbers(0)
    count(labels: panel.labels.advanced(by: column * panel.classes), of: panel, in: counts)

    // The classes in the list and the others, which are told apart without a branch.
    let (labels, others, otherScores) = (classes.numbers(0), classes.numbers(1), numbers.numbers(1))
    var (labelCount, otherCount) = (0, 0)
    for index in 0..<panel.classes {
      labels[labelCount] = index
      others[otherCount] = index
      otherScores[otherCount] = scores[index]
      labelCount &+= counts[index] > 0 ? 1 : 0
      otherCount &+= counts[index] > 0 ? 0 : 1
    }

    /// The sum of a term of z over the other classes.
    @inline(__always) func sumOverOthers(_ missing: C, _ term: (_ z: C) -> C) -> Double {
      Summation.sum(count: otherCount) { term(missing + otherScores[$0]) }
    }
    var sum = 0.0
    for position in 0..<labelCount {
      let label = labels[position]
      sum += Double(counts[label]) * sumOverOthers(1 - scores[label]) { z in z > 0 ? z : 0 }
    }
    panel.values[column] = sum / Double(panel.classes)

    guard let inputGradient = panel.inputGradient else { return }
    let gradient = unsafe Numbers(inputGradient.line(column))
    let scale = C(panel.scales[column] / Double(panel.classes))
    let slopes = numbers.numbers(2)
    slopes.clear(count: otherCount)
    for position in 0..<labelCount {
      let label = labels[position]
      let (missing, count) = (1 - scores[label], counts[label])
      for index in 0..<otherCount { slopes[index] += missing + otherScores[index] > 0 ? count : 0 }
      gradient[label] = -scale * count * C(sumOverOthers(missing) { z in z > 0 ? 1 : 0 })
    }
    for index in 0..<otherCount { gradient[others[index]] = scale * slopes[index] }
  }

  /// Counts how often each class is in a list of labels, which ends at the first that is no class.
  private func count<C: RealScalar>(labels: Numbers<Int>, of panel: ClassPanel<C>, in counts: Numbers<C>) {
    counts.clear(count: panel.classes)
    for position in 0..<panel.classes {
      if labels[position] == panel.ignoreIndex { return }
      counts[labels[position]] += 1
    }
  }
}

extension MultiLabelMarginLoss {
  /// The loss.
  ///
  /// - Throws: `LossError` where a shape does not fit, or a label is out of range.
  public func callAsFunction<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, upstream: nil).value(compute)
  }

  /// The gradient of the loss by its input.
  ///
  /// `upstream` is the gradient of what is computed from the loss by the loss, in the loss's shape. By
  /// default all ones.
  public func backward<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> Tensor<S> {
    try valueWithGradient(input, target: target, upstream: upstream).gradient
  }

  /// The loss and its gradient by the input.
  public func valueWithGradient<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try call(input, target, upstream: upstream).valueWithGradient(compute)
  }

  /// The loss; its gradient by the input is written to `gradient`, which has the input's shape.
  public func valueWithGradient<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, target: Tensor<Label>, upstream: Tensor<S>? = nil, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try call(input, target, upstream: upstream).value(into: &gradient, compute)
  }

  private func call<S: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, _ labels: Tensor<Label>, upstream: Tensor<S>?
  ) throws(LossError) -> ClassCall<S> {
    try ClassCall(
      input: input, target: .labelLists(TypedLabels(labels, ignoreIndex: ClassTarget<S>.listEnd)),
      weight: nil, upstream: upstream,
      reduction: reduction, rules: ClassRules(allowsFurtherAxes: false, costPerElement: 5))
  }
}
