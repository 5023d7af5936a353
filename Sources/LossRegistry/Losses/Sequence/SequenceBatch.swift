package import Losses

/// Sequences of scores, with the labels of each.
package struct SequenceBatch<S: LossScalar>: Sendable {
  /// [T, N, C]
  package var input: Tensor<S>
  package var labels: [[Int]]
  package var inputLengths: [Int]

  package init(_ input: Tensor<S>, labels: [[Int]], inputLengths: [Int]? = nil) {
    self.input = input
    self.labels = labels
    self.inputLengths = inputLengths ?? labels.map { _ in input.shape[0] }
  }

  /// The same numbers, rounded to another type.
  package init(_ other: SequenceBatch<some LossScalar>) {
    self.init(Tensor<S>(other.input), labels: other.labels, inputLengths: other.inputLengths)
  }
}

extension SequenceBatch {
  package var targetLengths: [Int] { labels.map(\.count) }

  /// A row for each sample, padded with −9, which is not a label.
  package var paddedTargets: Tensor<Int> {
    let width = (targetLengths.max() ?? 0) + 1
    return Tensor(
      labels.flatMap { $0 + Array(repeating: -9, count: width - $0.count) }, shape: [labels.count, width])
  }

  package var joinedTargets: Tensor<Int> { Tensor(labels.flatMap(\.self)) }

  /// Returns one of the samples, in a batch of its own.
  package func sample(_ index: Int) -> SequenceBatch {
    SequenceBatch(
      input[.all, index..<index + 1], labels: [labels[index]], inputLengths: [inputLengths[index]])
  }
}

extension SequenceBatch<Double> {
  /// Returns random scores, with labels about half of which repeat the one before.
  package static func random(
    frames: Int, classes: Int, labelCounts: [Int], inputLengths: [Int]? = nil, blank: Int = 0,
    range: Range<Double> = -3..<3, seed: UInt64
  ) -> SequenceBatch {
    var generator = SplitMix64(seed: seed)
    let others = (0..<classes).filter { $0 != blank }
    let labels = labelCounts.map { count in
      (0..<count).reduce(into: [Int]()) { labels, _ in
        let label = others.randomElement(using: &generator)!
        labels.append(Bool.random(using: &generator) ? label : labels.last ?? label)
      }
    }
    let input = Tensor<Double>.random(in: range, [frames, labels.count, classes], seed: seed &+ 1)
    return SequenceBatch(input, labels: labels, inputLengths: inputLengths)
  }

  /// Returns the scores as log-probabilities.
  package func normalized() throws(LossError) -> SequenceBatch {
    var copy = self
    copy.input = try LogSoftmax(axis: -1)(input).value()
    return copy
  }
}

extension CTCLoss {
  package func callAsFunction<S: LossScalar>(
    _ batch: SequenceBatch<S>
  ) throws(LossError) -> some Evaluation<S, Tensor<S>, InputGradient<S>> {
    try self(
      batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths))
  }
}
