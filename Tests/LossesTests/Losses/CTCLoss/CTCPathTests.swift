import LossRegistry
import Losses
import Testing

/// Values and gradients against the sums over all paths, one by one.
struct CTCPathTests {
  /// The largest sum has 729 terms. Most of its rounding errors cancel: 64 ulp.
  private static let ulps = 64.0

  private static let upstream: Tensor<Double> = [-1.5, 0.25, 2, 1, -0.5]

  private func expectSums(_ batch: SequenceBatch<Double>, _ loss: CTCLoss) throws {
    let expected = batch.expected(loss, upstream: Self.upstream) {
      PlainCTC(pathsThrough: $0, labels: $1, blank: $2)
    }
    let (value, gradient) = try loss(batch).valueWithGradient(upstream: Self.upstream)
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient, expected.gradient, ulps: Self.ulps)
  }

  @Test(arguments: CTCLoss.Input.allCases, 0..<3)
  func sumsOverPaths(_ input: CTCLoss.Input, _ blank: Int) throws {
    for seed in 0..<10 as Range<UInt64> {
      let scores = SequenceBatch.random(
        frames: 6, classes: 3, labelCounts: [0, 1, 2, 3, 3], inputLengths: [3, 1, 4, 5, 6], blank: blank,
        seed: 10 * seed)
      let loss = CTCLoss(blank: blank, reduction: .none, input: input)
      try expectSums(input == .logits ? scores : scores.normalized(), loss)
      // Log-probabilities need not be those of a distribution.
      try expectSums(scores, loss)
    }
  }

  @Test(arguments: CTCLoss.Input.allCases)
  func moreClassesThanAreUsed(_ input: CTCLoss.Input) throws {
    for seed in 0..<5 as Range<UInt64> {
      var scores = SequenceBatch.random(
        frames: 4, classes: 5, labelCounts: [0, 1, 1, 2, 2], inputLengths: [4, 4, 2, 3, 4], seed: 200 + seed)
      scores.labels = [[], [4], [1], [3, 4], [4, 3]]
      try expectSums(scores.normalized(), CTCLoss(reduction: .none, input: input))
    }
  }

  /// The recurrence, which longer sequences are compared with, gives the sums over all paths.
  @Test(arguments: 0..<3)
  func recurrenceGivesTheSums(_ blank: Int) {
    let batch = SequenceBatch.random(
      frames: 6, classes: 3, labelCounts: [0, 1, 2, 3, 3], inputLengths: [6, 1, 4, 5, 6], blank: blank,
      seed: 7)
    let loss = CTCLoss(blank: blank, input: .logits)
    let sums = batch.expected(loss, upstream: Self.upstream) {
      PlainCTC(pathsThrough: $0, labels: $1, blank: $2)
    }
    let recurrence = batch.expected(loss, upstream: Self.upstream) {
      PlainCTC(statesOf: $0, labels: $1, blank: $2)
    }
    expectClose(recurrence.value, sums.value, ulps: Self.ulps)
    expectClose(recurrence.gradient, sums.gradient, ulps: Self.ulps)
  }
}
