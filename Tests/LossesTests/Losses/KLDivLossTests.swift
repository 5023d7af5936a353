import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `KLDivLoss`.
struct KLDivLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
  private static let ulps = 32.0

  /// PyTorch 2.13 prints these values for Double. The input is not log-probabilities, so the divergence is
  /// negative.
  @Test func printedValues() throws {
    let input: Tensor<Double> = [[0.5, 0.3, 0.2], [0.2, 0.3, 0.5]]
    let target: Tensor<Double> = [[0.9, 0.05, 0.05], [0.1, 0.7, 0.2]]
    let values: [(Reduction, Double)] = [
      (.mean, -0.33353604066513004), (.batchMean, -1.0006081219953902), (.sum, -2.0012162439907804),
    ]
    for (reduction, expected) in values {
      let value = try KLDivLoss(reduction: reduction)(input, target: target).value()
      expectClose(value, Tensor(expected), ulps: 4, scale: 1)
    }
  }

  /// An outcome of probability 0 costs nothing, even if its log-probability is −∞.
  @Test func klDivergenceOfNothing() throws {
    let input = Tensor<Double>([-.infinity, -1, -.infinity])
    let loss = KLDivLoss(reduction: .none)
    let (value, gradient) = try loss(input, target: [0, 0, 0.5]).valueWithGradient()
    #expect(value == Tensor([0, 0, .infinity]))
    #expect(gradient == [0, 0, -0.5])

    let logarithms = KLDivLoss(logTarget: true, reduction: .none)
    let target = Tensor<Double>([-.infinity, -.infinity, 0])
    let gradients = try logarithms(input, target: target).gradients()
    #expect(try logarithms(input, target: target).value() == Tensor([0, 0, .infinity]))
    #expect(gradients.input == [0, 0, -1])
    #expect(gradients.target == Tensor([0, 0, .infinity]))
    let single = try loss(Tensor<Float>(input), target: [0, 0, 0.5]).value()
    #expect(single == Tensor<Float>([0, 0, .infinity]))
  }

  /// A single number is a batch of one.
  @Test func batchMeanOfNumber() throws {
    let value = try KLDivLoss(reduction: .batchMean)(Tensor<Double>(-1), target: Tensor(1)).value()
    #expect(value.item == 1)
  }

  /// Cross entropy with probabilities less their entropy.
  @Test func divergenceOfLogSoftmaxIsCrossEntropyLessEntropy() throws {
    let input = Tensor<Double>.random(in: -4..<4, [5, 4], seed: 94)
    let shares = Tensor<Double>.random(in: 0.05..<1, [5, 4], seed: 95).normalized(axis: 1)
    let entropy = shares.scalars.reduce(0) { $0 - $1 * log($1) } / 5
    let divergence = KLDivLoss(reduction: .batchMean)
    let logProbabilities = try LogSoftmax(axis: 1)(input).value()
    let value = try divergence(logProbabilities, target: shares).value()
    let crossEntropy = try CrossEntropyLoss()(input, target: shares).value().item
    expectClose(value, Tensor(crossEntropy - entropy), ulps: Self.ulps, scale: crossEntropy)

    let outer = try divergence(logProbabilities, target: shares).backward()
    try expectClose(
      LogSoftmax(axis: 1)(input).backward(upstream: outer),
      CrossEntropyLoss()(input, target: shares).backward(), ulps: Self.ulps)

    let logarithms = try KLDivLoss(logTarget: true, reduction: .batchMean)(
      logProbabilities, target: shares.map { log($0) }
    ).value()
    expectClose(logarithms, value, ulps: Self.ulps, scale: crossEntropy)
  }

  /// The derivative with respect to a probability of 0 is the limit, the same whatever the score.
  @Test(arguments: [0, -2.5, -.infinity, .infinity])
  func targetDerivativeAtProbabilityZero(_ score: Double) throws {
    for zero in [0.0, -0.0] {
      let gradients = try KLDivLoss(reduction: .none)(Tensor([score]), target: Tensor([zero])).gradients()
      #expect(gradients.target == Tensor([-.infinity]))
      #expect(gradients.input == [0])
    }
    let logarithms = try KLDivLoss(logTarget: true, reduction: .none)(
      Tensor([score]), target: Tensor([-.infinity])
    ).gradients()
    #expect(logarithms.target == [0])
  }
}
