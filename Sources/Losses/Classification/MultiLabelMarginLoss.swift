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
///     print(loss)  // 0.45000002
///
/// The input has shape [C] or [N, C]; a single number counts as one class. The target has the same shape: a list of labels for each sample, up to the first
/// −1. A label that is there twice counts twice, and what follows −1 must be labels too, though it does not count.
/// `mean` divides by N. At the kink the gradient is 0.
///
/// [PyTorch: MultiLabelMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiLabelMarginLoss.html)
public struct MultiLabelMarginLoss: Hashable, Codable, Sendable {
  /// What is made of the values of the samples.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  // With z = 1 − x[t] + x[i] > 0, a pair adds 1/C to ∂/∂x[i] and takes it from ∂/∂x[t].
  @specialized(where C == Float) @specialized(where C == Double)
  private func compute<C: RealScalar>(_ panel: ClassPanel<C>) {
    let classes = panel.classes
    var isLabel = [Bool](repeating: false, count: classes)
    var slopes = [Double](repeating: 0, count: classes)
    for column in 0..<panel.columns {
      for index in 0..<classes { (isLabel[index], slopes[index]) = (false, 0) }
      var labels = 0
      while labels < classes, panel.labels[column * classes + labels] != panel.ignoreIndex {
        isLabel[panel.labels[column * classes + labels]] = true
        labels += 1
      }
      var sum = 0.0
      for position in 0..<labels {
        let label = panel.labels[column * classes + position]
        let right = Double(panel.input[panel.place(class: label, column: column)])
        for index in 0..<classes where !isLabel[index] {
          let z = 1 - right + Double(panel.input[panel.place(class: index, column: column)])
          if z > 0 {
            sum += z
            slopes[index] += 1
            slopes[label] -= 1
          }
        }
      }
      panel.values[column] = sum / Double(classes)
      let scale = panel.scales[column] / Double(classes)
      for index in 0..<classes {
        panel.inputGradient?[panel.place(class: index, column: column)] = C(slopes[index] * scale)
      }
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
      reduction: reduction, rules: ClassRules(allowsFurtherAxes: false))
  }
}
