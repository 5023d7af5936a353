package import Losses

extension CTCLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .sequence }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(
      _ targets: some IntegerTensor, _ inputLengths: some IntegerTensor, _ targetLengths: some IntegerTensor
    ) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, targets: targets.tensor, inputLengths: inputLengths.tensor,
          targetLengths: targetLengths.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.integer("targets"), a.integer("inputLengths"), a.integer("targetLengths"))
  }
}

extension Arguments {
  /// Scores of frames, and labels, with the lengths of both.
  package init(
    input: Tensor<Scalar>, targets: some IntegerTensor, inputLengths: some IntegerTensor,
    targetLengths: some IntegerTensor
  ) {
    self.init(
      ["input": input],
      integers: ["targets": targets, "inputLengths": inputLengths, "targetLengths": targetLengths])
  }
}

extension RegisteredLoss {
  static let ctc = RegisteredLoss(
    "ctc_loss", default: CTCLoss(),
    spelledOut: CTCLoss(blank: 0, zeroInfinity: false, reduction: .mean, input: .logProbabilities),
    others: [
      CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum, input: .logits),
      CTCLoss(zeroInfinity: true, reduction: .sum, input: .logits),
      CTCLoss(blank: 3, reduction: .sum, input: .logits),
      CTCLoss(blank: 3, zeroInfinity: true, input: .logits),
      CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum),
      CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum, input: .freeLogProbabilities),
    ],
    reference: ReferenceCall(
      ["blank", "zero_infinity", "reduction"],
      [
        ReferenceCall.Parameter("log_probs", as: "input"),
        ReferenceCall.Parameter("targets", .integers),
        ReferenceCall.Parameter("input_lengths", as: "inputLengths", .integers),
        ReferenceCall.Parameter("target_lengths", as: "targetLengths", .integers),
      ]
    ) {
      CTCLoss(
        blank: try $0.integer("blank"), zeroInfinity: try $0.boolean("zero_infinity"),
        reduction: try $0.reduction())
    },
    samples: {
      // PyTorch's gradient with respect to log-probabilities is not their derivative, so it is left out here.
      [CTCLoss.Input.freeLogProbabilities, .logits].flatMap { input in
        [
          sample([6, 4, 3], labels: [[1, 2], [2, 2], [1, 1], [2, 1]], [6, 3, 5, 2], input),
          sample([5, 2, 4], labels: [[3, 0, 3], [0, 0, 1]], [5, 4], blank: 2, input),
          sample([4, 3], labels: [[1, 0]], [4], blank: 2, input),
          // Labels may be the blank.
          sample([6, 4, 3], labels: [[0, 1], [1, 0], [0, 0], [1, 1]], [6, 5, 4, 3], input),
          sample([3, 2, 2], labels: [[], []], [3, 2], blank: 1, input),
        ]
      }
    },
    generators: [
      Generator("CTC", allowsLongRows: false) { decisions in
        let parts = decisions.sequences()
        let (blank, zeroInfinity) = (parts.blank, decisions.isOne(in: 2))
        let input = decisions.choice(of: CTCLoss.Input.allCases)
        return Generator.Call(
          CTCLoss(blank: blank, zeroInfinity: zeroInfinity, input: input),
          Arguments(
            input: parts.scores, targets: parts.targets, inputLengths: parts.inputLengths,
            targetLengths: parts.targetLengths))
      }
    ])

  /// Sequences with the same number of labels, so that `mean` divides them all alike.
  private static func sample(
    _ shape: Shape, labels: [[Int]], _ lengths: [Int], blank: Int = 0, _ input: CTCLoss.Input
  ) -> LossUnderTest {
    let batch = SequenceBatch<Double>(
      .random(in: -2..<2, [shape[0], labels.count, shape.last!], seed: 79), labels: labels,
      inputLengths: lengths)
    let sampleShape = Shape(shape.dropFirst().dropLast())
    let count = labels[0].count
    var sample = LossUnderTest(
      "CTC \(shape) of \(labels), \(input)", CTCLoss(blank: blank, input: input),
      Arguments(
        input: batch.input.reshaped(to: shape),
        targets: Tensor(labels.flatMap(\.self), shape: shape.count == 3 ? [labels.count, count] : [count]),
        inputLengths: Tensor(lengths).reshaped(to: sampleShape),
        targetLengths: Tensor(repeating: count, shape: sampleShape)))
    sample.meanDenominator = Double(labels.count * max(1, count))
    return sample
  }
}
