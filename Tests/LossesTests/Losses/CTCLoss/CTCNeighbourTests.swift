import LossRegistry
import Losses
import Testing

/// The samples of a batch do not affect each other.
struct CTCNeighbourTests {
  private static let names = [
    "ordinary", "impossible", "peaky", "dead", "NaN", "confident", "ordinary",
  ]

  /// Sequences that are easy, hard and impossible.
  private static func batch(_ input: CTCLoss.Input) throws -> SequenceBatch<Double> {
    var batch = SequenceBatch.random(
      frames: 20, classes: 4, labelCounts: [5, 11, 6, 2, 3, 4, 7],
      inputLengths: [20, 10, 19, 20, 20, 20, 18],
      seed: 61)
    batch.labels[5] = [1, 2, 1, 3]
    let path = [0, 0, 1, 1, 0, 0, 2, 0, 1, 0, 0, 0, 0, 0, 3, 3, 3, 0, 0, 0]
    let scores = batch.input
    batch.input = Tensor(shape: scores.shape) { place in
      switch Self.names[place[1]] {
      case "peaky": scores[place] * 200
      case "dead" where place[0] == 7 && place[2] != 3: -.infinity
      case "NaN" where place[0] == 7: .nan
      case "confident": place[2] == path[place[0]] ? 100 : 0
      default: scores[place]
      }
    }
    batch.labels[3] = [1, 2]
    return input == .logits ? batch : try batch.normalized()
  }

  private func expectUntouchedNeighbours<S: LossScalar>(
    _ batch: SequenceBatch<S>, _ loss: CTCLoss, _ infinite: [String]
  ) throws {
    let upstream = Tensor<S>([0.5, -2, 1, 3, -1, 0.25, 1.5])
    let (value, gradient) = try loss(batch).valueWithGradient(upstream: upstream)
    for (index, name) in Self.names.enumerated() {
      let own = try loss(batch.sample(index)).valueWithGradient(upstream: upstream[index..<index + 1])
      expectSameBits(value[index..<index + 1], own.value, name)
      expectSameBits(gradient[.all, index..<index + 1], own.gradient, name)
      #expect(value[index].isFinite != infinite.contains(name), "\(name)")
      if name != "NaN" {
        #expect(gradient[.all, index].scalars.allSatisfy { $0.isFinite }, "\(name)")
      }
    }
  }

  @Test(arguments: CTCLoss.Input.allCases)
  func samplesHaveTheBitsThatTheyHaveAlone(_ input: CTCLoss.Input) throws {
    let batch = try Self.batch(input)
    let infinite = ["impossible", "NaN", "dead"]
    try expectUntouchedNeighbours(batch, CTCLoss(reduction: .none, input: input), infinite)
    try expectUntouchedNeighbours(
      SequenceBatch<Float>(batch), CTCLoss(reduction: .none, input: input), infinite)
    try expectUntouchedNeighbours(
      batch, CTCLoss(zeroInfinity: true, reduction: .none, input: input), ["NaN"])
  }

  /// Where one sample makes the loss of the batch infinite, the gradients of the others are unaffected.
  @Test func gradientsBesideAnInfiniteLoss() throws {
    var batch = SequenceBatch.random(
      frames: 8, classes: 4, labelCounts: [3, 3, 3], inputLengths: [8, 2, 7], seed: 62)
    for reduction in [Reduction.sum, .mean, .batchMean, .sumDivided(by: 2)] {
      let loss = CTCLoss(reduction: reduction, input: .logits)
      let (value, gradient) = try loss(batch).valueWithGradient()
      #expect(value.item == .infinity)
      #expect(gradient[.all, 1] == .zeros([8, 4]))
      batch.inputLengths[1] = 8
      let expected = try loss(batch).valueWithGradient().gradient
      batch.inputLengths[1] = 2
      for sample in [0, 2] { expectSameBits(gradient[.all, sample], expected[.all, sample], "\(reduction)") }
    }
  }
}
