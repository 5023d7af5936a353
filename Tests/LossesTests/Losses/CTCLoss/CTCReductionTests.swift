import LossRegistry
import Losses
import Testing

/// The denominators of the losses of the samples.
struct CTCReductionTests {
  private static let batch = SequenceBatch.random(
    frames: 9, classes: 4, labelCounts: [3, 0, 1, 4], inputLengths: [9, 4, 9, 8], seed: 111)

  /// Returns each reduction with its denominator for each sample.
  private static func reductions(_ targetLengths: [Int], batch: Double) -> [(Reduction, [Double])] {
    let ones = targetLengths.map { _ in 1.0 }
    let count = Double(targetLengths.count)
    return [
      (.sum, ones), (.mean, targetLengths.map { count * Double(max(1, $0)) }),
      (.batchMean, ones.map { _ in batch }), (.sumDivided(by: 7.5), ones.map { _ in 7.5 }),
    ]
  }

  /// A sum of four, each divided: 8 ulp.
  @Test(arguments: CTCLoss.Input.allCases)
  func samplesAreDivided(_ input: CTCLoss.Input) throws {
    let samples = try CTCLoss(reduction: .none, input: input)(Self.batch).valueWithGradient()
    for (reduction, denominators) in Self.reductions(Self.batch.targetLengths, batch: 4) {
      let (value, gradient) = try CTCLoss(reduction: reduction, input: input)(Self.batch).valueWithGradient(
        upstream: Tensor(-1.75))
      let sum = zip(samples.value.scalars, denominators).reduce(0) { $0 + $1.0 / $1.1 }
      expectClose(value, Tensor(sum), ulps: 8, "\(reduction)")
      let expected = Tensor(shape: gradient.shape) { -1.75 * samples.gradient[$0] / denominators[$0[1]] }
      expectClose(gradient, expected, ulps: 8, "\(reduction)")
    }
  }

  /// Without a batch, the mean does not divide by N.
  @Test(arguments: [0, 1, 3])
  func oneSequence(_ index: Int) throws {
    let sample = Self.batch.sample(index)
    let count = sample.targetLengths[0]
    func results(_ reduction: Reduction) throws -> (value: Tensor<Double>, gradient: Tensor<Double>) {
      try CTCLoss(reduction: reduction, input: .logits)(
        sample.input[.all, 0], targets: sample.joinedTargets, inputLengths: Tensor(sample.inputLengths[0]),
        targetLengths: Tensor(count)
      ).valueWithGradient()
    }
    let whole = try results(.none)
    #expect(whole.value.shape == [])
    for (reduction, denominators) in Self.reductions([count], batch: 1) {
      let (value, gradient) = try results(reduction)
      expectClose(value, whole.value.map { $0 / denominators[0] }, ulps: 4, "\(reduction)")
      expectClose(gradient, whole.gradient.map { $0 / denominators[0] }, ulps: 4, "\(reduction)")
    }
  }

  /// An impossible target that costs nothing still counts as a sample.
  @Test func impossibleTargetsCount() throws {
    var batch = Self.batch
    batch.inputLengths[3] = 3
    let values = try CTCLoss(reduction: .none, input: .logits)(batch).value().scalars
    #expect(values[3] == .infinity)
    let whole = try CTCLoss(input: .logits)(batch).value()
    #expect(whole.item == .infinity)
    let mean = try CTCLoss(zeroInfinity: true, input: .logits)(batch).value()
    expectClose(mean, Tensor((values[0] / 3 + values[1] + values[2]) / 4), ulps: 8)
  }
}
