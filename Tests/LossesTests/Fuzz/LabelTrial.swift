import LossRegistry
import Losses

/// A call with labels of some integer type, whose results must be those of labels of `Int`.
struct LabelTrial<Label: FixedWidthInteger & TensorScalar> {
  /// The labels as they are, and as `Int`, where a label that does not fit becomes another one that is out of range.
  let labels: Tensor<Label>
  let ordinary: Tensor<Int>

  init(_ tensor: Tensor<Int>, _ decisions: inout Decisions) {
    var labels = tensor.map { Label(truncatingIfNeeded: $0) }
    if decisions.injectsFault(in: 2), labels.count > 0 {
      let extremes: [Label] = [
        .min, .max, .max - 1, Label(truncatingIfNeeded: -1), Label(truncatingIfNeeded: Int.max),
      ]
      labels[labels.shape.index(ofElement: decisions.number(below: labels.count))] = decisions.choice(
        of: extremes)
    }
    self.labels = decisions.arrangement().view(of: labels)
    // −7 is no label, no length, and none of the labels that are ignored here.
    ordinary = self.labels.map { Int(exactly: $0) ?? -7 }
  }

  /// Demands the same results of a call with either.
  private func compare(
    _ loss: some Adapter, _ arguments: (any IntegerTensor) -> Arguments<Float>
  ) throws(Finding) {
    try Self.compare(loss, typed: arguments(labels), expected: arguments(ordinary))
  }

  private static func compare(
    _ loss: some Adapter, typed: Arguments<Float>, expected: Arguments<Float>
  ) throws(Finding) {
    func results(_ arguments: Arguments<Float>) -> Result<[Tensor<Float>], LossError> {
      Result { () throws(LossError) in
        let (value, gradient) = try loss.evaluation(of: arguments).valueWithGradient(upstream: nil)
        return [value] + gradient.values
      }
    }
    switch (results(typed), results(expected)) {
    case (.success(let tensors), .success(let others)):
      for (tensor, other) in zip(tensors, others) {
        try demandSameBits(tensor, other, "\(loss) of \(Label.self)")
      }
    case (.failure, .failure): return
    case (let result, let other):
      throw Finding(
        description: "\(loss) of \(typed.summary) as \(Label.self): \(result), but \(other) of Int")
    }
  }
}

extension LabelTrial {
  static func run(_ decisions: inout Decisions) throws(Finding) {
    switch decisions.number(below: 5) {
    case 0:
      let ignored = decisions.choice(of: [-100, 1])
      try runClasses(NLLLoss(ignoreIndex: ignored), ignored: ignored, &decisions)
    case 1:
      let ignored = decisions.choice(of: [nil, 255])
      try runClasses(
        CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: 0.1), ignored: ignored, &decisions)
    case 2: try runClasses(MultiMarginLoss(), ignored: nil, &decisions)
    case 3: try runLists(&decisions)
    default: try runSequences(&decisions)
    }
  }

  private static func runClasses(
    _ loss: some Adapter, ignored: Int?, _ decisions: inout Decisions
  ) throws(Finding) {
    let shape: Shape = [1 + decisions.number(below: 6), 1 + decisions.number(below: 5)]
    let input = Tensor<Float>(decisions.tensor(shape, -5..<5))
    let ints = decisions.labels([shape[0]], classes: shape[1], ignored: ignored)
    try LabelTrial(ints, &decisions).compare(loss) { Arguments(input: input, labels: $0) }
  }

  private static func runLists(_ decisions: inout Decisions) throws(Finding) {
    let shape: Shape = [1 + decisions.number(below: 4), 1 + decisions.number(below: 5)]
    let input = Tensor<Float>(decisions.tensor(shape, -5..<5))
    let trial = LabelTrial(decisions.labels(shape, classes: shape[1], ignored: -1), &decisions)
    try trial.compare(MultiLabelMarginLoss()) { Arguments(input: input, labels: $0) }
  }

  /// Labels and both lengths, of this type.
  private static func runSequences(_ decisions: inout Decisions) throws(Finding) {
    let parts = decisions.sequences()
    let scores = Tensor<Float>(parts.scores)
    let targets = LabelTrial(parts.targets, &decisions)
    let inputLengths = LabelTrial(parts.inputLengths, &decisions)
    let targetLengths = LabelTrial(parts.targetLengths, &decisions)
    let loss = CTCLoss(blank: parts.blank, reduction: .none)
    try compare(
      loss,
      typed: Arguments(
        input: scores, targets: targets.labels, inputLengths: inputLengths.labels,
        targetLengths: targetLengths.labels),
      expected: Arguments(
        input: scores, targets: targets.ordinary, inputLengths: inputLengths.ordinary,
        targetLengths: targetLengths.ordinary))
  }
}
