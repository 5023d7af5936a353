import Losses
import Tensors

/// A call with labels of some integer type, which must come to what it comes to with `Int`.
struct LabelTrial<Label: FixedWidthInteger & TensorScalar> {
  /// The labels as they are, and as `Int`, where what is too large for that is out of range as well.
  let labels: Tensor<Label>
  let ordinary: Tensor<Int>

  init(_ tensor: Tensor<Int>, _ decisions: inout Decisions) {
    var labels = tensor.map { Label(truncatingIfNeeded: $0) }
    if decisions.isMischief(in: 2), labels.count > 0 {
      let extremes: [Label] = [
        .min, .max, .max - 1, Label(truncatingIfNeeded: -1), Label(truncatingIfNeeded: Int.max),
      ]
      labels[labels.shape.index(ofElement: decisions.number(below: labels.count))] = decisions.choice(
        of: extremes)
    }
    self.labels = decisions.arrangement().view(of: labels)
    // No label, no length, and none of the labels that are ignored here.
    ordinary = self.labels.map { Int(exactly: $0) ?? -7 }
  }

  /// Demands that a call comes to the same with both.
  func compare(
    _ name: String, _ typed: () throws(LossError) -> [Tensor<Float>],
    _ expected: () throws(LossError) -> [Tensor<Float>]
  ) throws(Finding) {
    let (result, other) = (Result(catching: typed), Result(catching: expected))
    switch (result, other) {
    case (.success(let tensors), .success(let others)):
      for (tensor, other) in zip(tensors, others) {
        try demandSameBits(tensor, other, "\(name) of \(Label.self)")
      }
    case (.failure, .failure): return
    default:
      throw Finding(description: "\(name) of \(labels) as \(Label.self): \(result), but \(other) of Int")
    }
  }
}

extension LabelTrial {
  static func run(_ decisions: inout Decisions) throws(Finding) {
    switch decisions.number(below: 5) {
    case 0: try runClasses(NLLLoss(ignoreIndex: decisions.choice(of: [-100, 1])), &decisions)
    case 1:
      try runClasses(
        CrossEntropyLoss(ignoreIndex: decisions.choice(of: [nil, 255]), labelSmoothing: 0.1), &decisions)
    case 2: try runClasses(MultiMarginLoss(), &decisions)
    case 3: try runLists(&decisions)
    default: try runSequences(&decisions)
    }
  }

  private static func runClasses(_ loss: some ClassLoss, _ decisions: inout Decisions) throws(Finding) {
    let shape: Shape = [1 + decisions.number(below: 6), 1 + decisions.number(below: 5)]
    let input = Tensor<Float>(decisions.tensor(shape, -5..<5))
    let ints = decisions.labels([shape[0]], classes: shape[1], ignored: loss.ignoreIndex)
    let trial = LabelTrial(ints, &decisions)
    try trial.compare("\(loss)") { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(input, target: trial.labels)
      return [value, gradient]
    } _: { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(input, target: trial.ordinary)
      return [value, gradient]
    }
  }

  private static func runLists(_ decisions: inout Decisions) throws(Finding) {
    let shape: Shape = [1 + decisions.number(below: 4), 1 + decisions.number(below: 5)]
    let input = Tensor<Float>(decisions.tensor(shape, -5..<5))
    let trial = LabelTrial(decisions.labels(shape, classes: shape[1], ignored: -1), &decisions)
    let loss = MultiLabelMarginLoss()
    try trial.compare("\(loss)") { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(input, target: trial.labels)
      return [value, gradient]
    } _: { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(input, target: trial.ordinary)
      return [value, gradient]
    }
  }

  /// Labels and both lengths, of this type.
  private static func runSequences(_ decisions: inout Decisions) throws(Finding) {
    let parts = decisions.sequences()
    let scores = Tensor<Float>(parts.scores)
    let targets = LabelTrial(parts.targets, &decisions)
    let inputLengths = LabelTrial(parts.inputLengths, &decisions)
    let targetLengths = LabelTrial(parts.targetLengths, &decisions)
    let loss = CTCLoss(blank: parts.blank, reduction: .none)
    try targets.compare("\(loss)") { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(
        scores, targets: targets.labels, inputLengths: inputLengths.labels,
        targetLengths: targetLengths.labels)
      return [value, gradient]
    } _: { () throws(LossError) in
      let (value, gradient) = try loss.valueWithGradient(
        scores, targets: targets.ordinary, inputLengths: inputLengths.ordinary,
        targetLengths: targetLengths.ordinary)
      return [value, gradient]
    }
  }
}
