import LossRegistry
import Losses
import Testing

/// Samples that several threads share give the bits that one thread gives, and that each sample gives alone.
@Suite(.serialized)
struct CTCThreadTests {
  /// Twice the work from which on threads share it.
  private static let batch = SequenceBatch.random(
    frames: 100, classes: 20, labelCounts: (0..<40).map { $0 % 13 },
    inputLengths: (0..<40).map { 60 + $0 % 41 }, seed: 51)

  private static let upstream = Tensor<Double>.random(in: -2..<2, [40], seed: 52)

  private func results<S: LossScalar>(
    _ batch: SequenceBatch<S>, _ loss: CTCLoss, threads: Int
  ) throws -> [Tensor<S>] {
    try Parallelism.withThreads(threads) {
      let upstream = loss.reduction == .none ? Tensor<S>(Self.upstream) : Tensor(-1.75)
      let (value, gradient) = try loss(batch).valueWithGradient(upstream: upstream)
      return [value, gradient]
    }
  }

  private func expectBitsOfOneThread<S: LossScalar>(_ batch: SequenceBatch<S>, _ input: CTCLoss.Input) throws
  {
    for reduction in [Reduction.none, .sum, .mean] {
      let loss = CTCLoss(reduction: reduction, input: input)
      let alone = try results(batch, loss, threads: 1)
      // The last run repeats the one before.
      for threads in [2, 3, 8, 8] {
        for (result, expected) in try zip(results(batch, loss, threads: threads), alone) {
          expectSameBits(result, expected, "\(reduction), \(threads) threads")
        }
      }
    }
  }

  @Test(arguments: CTCLoss.Input.allCases)
  func bitsAreThoseOfOneThread(_ input: CTCLoss.Input) throws {
    try expectBitsOfOneThread(Self.batch, input)
    try expectBitsOfOneThread(SequenceBatch<Float>(Self.batch), input)
  }

  @Test(arguments: CTCLoss.Input.allCases)
  func samplesHaveTheBitsOfTheWhole(_ input: CTCLoss.Input) throws {
    let loss = CTCLoss(reduction: .none, input: input)
    let (value, gradient) = try loss(Self.batch).valueWithGradient(upstream: Self.upstream)
    for index in Self.batch.labels.indices {
      let own = try loss(Self.batch.sample(index)).valueWithGradient(
        upstream: Self.upstream[index..<index + 1])
      expectSameBits(own.value, value[index..<index + 1], "value of \(index)")
      expectSameBits(own.gradient, gradient[.all, index..<index + 1], "gradient of \(index)")
    }
  }
}
