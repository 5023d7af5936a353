import Losses

/// Frames of numbers for classes, and the labels that each sequence of them is to be read as.
struct SequenceBatch<S: LossScalar>: Sendable {
  /// [T, N, C]
  var input: Tensor<S>
  var labels: [[Int]]
  var inputLengths: [Int]

  init(_ input: Tensor<S>, labels: [[Int]], inputLengths: [Int]? = nil) {
    self.input = input
    self.labels = labels
    self.inputLengths = inputLengths ?? labels.map { _ in input.shape[0] }
  }

  /// The same numbers, rounded to another type.
  init(_ other: SequenceBatch<some LossScalar>) {
    self.init(Tensor<S>(other.input), labels: other.labels, inputLengths: other.inputLengths)
  }
}

extension SequenceBatch {
  var targetLengths: [Int] { labels.map(\.count) }

  /// A row for each sample, filled up with what is no label.
  var paddedTargets: Tensor<Int> {
    let width = (targetLengths.max() ?? 0) + 1
    return Tensor(
      labels.flatMap { $0 + Array(repeating: -9, count: width - $0.count) }, shape: [labels.count, width])
  }

  var joinedTargets: Tensor<Int> { Tensor(labels.flatMap(\.self)) }

  /// One of the samples, in a batch of its own.
  func sample(_ index: Int) -> SequenceBatch {
    SequenceBatch(
      input[.all, index..<index + 1], labels: [labels[index]], inputLengths: [inputLengths[index]])
  }
}

extension SequenceBatch<Double> {
  /// Sequences of scores, with labels half of which are those before them.
  static func random(
    frames: Int, classes: Int, labelCounts: [Int], inputLengths: [Int]? = nil, blank: Int = 0,
    range: Range<Double> = -3..<3, seed: UInt64
  ) -> SequenceBatch {
    var generator = SeededGenerator(state: seed)
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

  /// The scores as log-probabilities.
  func normalized() throws(LossError) -> SequenceBatch {
    var copy = self
    copy.input = try LogSoftmax(axis: -1)(input)
    return copy
  }
}

extension CTCLoss {
  func callAsFunction<S: LossScalar>(_ batch: SequenceBatch<S>) throws(LossError) -> Tensor<S> {
    try self(
      batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths))
  }

  func valueWithGradient<S: LossScalar>(
    _ batch: SequenceBatch<S>, upstream: Tensor<S>? = nil
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try valueWithGradient(
      batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths), upstream: upstream)
  }
}
