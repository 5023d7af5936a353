import Losses

extension Subject {
  /// Losses of sequences. The gradient by log-probabilities as PyTorch has it is not their derivative, and is not here.
  static let sequences: [Subject] = [CTCLoss.Input.freeLogProbabilities, .logits].flatMap { input in
    [
      Subject(sequences: [6, 4, 3], labels: [[1, 2], [2, 2], [1, 1], [2, 1]], [6, 3, 5, 2], input),
      Subject(sequences: [5, 2, 4], labels: [[3, 0, 3], [0, 0, 1]], [5, 4], blank: 2, input),
      Subject(sequences: [4, 3], labels: [[1, 0]], [4], blank: 2, input),
      // Labels that are the blank are no different.
      Subject(sequences: [6, 4, 3], labels: [[0, 1], [1, 0], [0, 0], [1, 1]], [6, 5, 4, 3], input),
      Subject(sequences: [3, 2, 2], labels: [[], []], [3, 2], blank: 1, input),
    ]
  }

  /// Sequences with as many labels each, so that `mean` divides them all alike.
  init(sequences shape: Shape, labels: [[Int]], _ lengths: [Int], blank: Int = 0, _ input: CTCLoss.Input) {
    let loss = CTCLoss(blank: blank, input: input)
    let batch = SequenceBatch<Double>(
      .random(in: -2..<2, [shape[0], labels.count, shape.last!], seed: 79), labels: labels,
      inputLengths: lengths)
    let sampleShape = Shape(shape.dropFirst().dropLast())
    let values = batch.expected(loss, upstream: .ones([labels.count])) {
      PlainCTC(statesOf: $0, labels: $1, blank: $2)
    }.value
    let count = labels[0].count
    self.init(
      name: "CTC \(shape) of \(labels), \(input)",
      form: SequenceForm(
        inputLengths: Tensor(lengths).reshaped(to: sampleShape),
        targetLengths: Tensor(repeating: count, shape: sampleShape)
      ) {
        CTCLoss(blank: blank, reduction: $0, input: input)
      },
      arguments: Arguments(
        input: batch.input.reshaped(to: shape),
        labels: Tensor(labels.flatMap(\.self), shape: shape.count == 3 ? [labels.count, count] : [count])),
      expected: values.reshaped(to: sampleShape), meanDenominator: Double(labels.count * max(1, count)),
      batch: Double(labels.count))
  }
}
