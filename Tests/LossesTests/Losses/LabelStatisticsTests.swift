import Foundation
import LossRegistry
import Losses
import Testing

/// What cross entropy finds out about samples and labels beside the loss, and the gradients of objectives of these.
struct LabelStatisticsTests {
  private let logits = Tensor<Double>([[0.5, -1.25, 2, 0.25], [3, 3, -0.5, 1], [-2, 0.75, 0, -4]])
  private let labels: Tensor<Int> = [2, 1, 3]
  private let upstream = LabelUpstream<Double>(
    logProbability: [-0.5, 1.5, 0.25], entropy: [0.125, -0.25, 2], logSumExp: [0.5, 0, -1])

  /// Expected values by PyTorch, in float64.
  @Test func statisticsOfScores() throws {
    let statistics = try CrossEntropyLoss()(logits, target: labels).valueWithStatistics().statistics
    expectClose(
      statistics.logSumExp, [2.3616374284208397, 3.772666366600988, 1.184989028932843], ulps: 4)
    expectClose(
      statistics.logProbability, [-0.36163742842083957, -0.7726663666009881, -5.1849890289328435], ulps: 4)
    expectClose(statistics.entropy, [0.8943583106858306, 0.9464625943124847, 0.8046925944526571], ulps: 4)
    #expect(statistics.isCorrect == [true, true, false])
    #expect(statistics.isCounted == [true, true, true])
    #expect((statistics.count, statistics.correctCount) == (3, 2))
  }

  /// Expected values by PyTorch, in float64.
  @Test func gradientOfAnObjective() throws {
    let loss = try CrossEntropyLoss(labelSmoothing: 0.1, zLoss: 1)(
      logits, target: labels, weight: [1, 2, 3, 4])
    let expected = Tensor<Double>([
      [0.17420950167817315, 0.03618098189137059, 0.15015253228055656, 0.13945698414989968],
      [-0.6726063132168537, 0.8273936867831462, -0.03251243395244809, -0.12227493961384421],
      [0.14526376832879162, -1.2876870715788762, -0.14963600219241527, 0.29205930544249953],
    ])
    let gradient = try loss.backward(upstream: upstream)
    expectClose(gradient, expected, ulps: 16)
    var sum = Tensor<Double>(1).broadcast(to: [3, 4])
    try loss.backward(addingTo: &sum, upstream: upstream)
    expectClose(sum, expected.map { $0 + 1 }, ulps: 16)
  }

  /// Expected values by PyTorch, in float64.
  @Test func softCap() throws {
    let loss = try CrossEntropyLoss(softCap: 3)(logits, target: labels)
    let statistics = loss.valueWithStatistics().statistics
    expectClose(
      statistics.logSumExp, [2.194569778820368, 3.130262648018454, 1.2037393437551125], ulps: 8)
    expectClose(
      statistics.logProbability, [-0.4462209427766379, -0.8454801801511594, -3.813924328983128], ulps: 8)
    expectClose(statistics.entropy, [0.9896912112593382, 1.0709076787623442, 0.8929496784981665], ulps: 8)
    let expected = Tensor<Double>([
      [0.19362524425086958, 0.03745563735781824, 0.06376597037522609, 0.15893468862715482],
      [-0.26031262295034746, 0.36964888947069174, -0.05540205335732428, -0.1823610451103346],
      [0.09893020275177777, -1.2338130820206141, -0.18857021941839772, 0.08536454722064758],
    ])
    expectClose(try loss.backward(upstream: upstream), expected, ulps: 32)
  }

  /// Expected values by PyTorch, in float64.
  @Test(arguments: [1, 32 << 20])
  func linearLayer(memoryLimit: Int) throws {
    let loss = try LinearCrossEntropyLoss(memoryLimit: memoryLimit)(
      [[1, 2], [-0.5, 0.25]] as Tensor<Double>,
      linearWeight: [[1, 0], [0.5, -1], [0.25, 0.75]] as Tensor<Double>, linearBias: [0, 0.5, -0.25],
      target: [2, 0] as Tensor<Int>)
    let statistics = loss.valueWithStatistics().statistics
    expectClose(statistics.logSumExp, [2.0239090561799076, 0.8901766183660573], ulps: 4)
    expectClose(statistics.logProbability, [-0.5239090561799078, -1.3901766183660573], ulps: 4)
    expectClose(statistics.entropy, [0.8250301691494327, 1.078514549415306], ulps: 4)
    #expect(statistics.isCorrect == [true, false])
    let gradient = try loss.backward(upstream: LabelUpstream(logProbability: [1, -2], entropy: [0.5, 0.25]))
    expectClose(
      gradient.input,
      [[-0.24139452199705053, 0.23414377206131584], [-0.9114418810642112, -0.2913096598528787]], ulps: 16)
    expectClose(
      gradient.linearWeight,
      [
        [0.41779634038514235, -1.0175747712581478], [-0.3960833470152068, 0.21012625673382798],
        [-0.021712993369935485, 0.80744851452432],
      ], ulps: 32)
    expectClose(
      gradient.linearBias!, [-1.8060046020489766, 0.806668193901883, 0.9993364081470937], ulps: 16)
  }

  /// A certain prediction has an entropy that is far below the rounding errors of its log-sum-exp. mpmath computed
  /// the expected values with 50 digits.
  @Test func certainPrediction() throws {
    let loss = try CrossEntropyLoss()([[40, 0, 1]] as Tensor<Double>, target: [0] as Tensor<Int>)
    let statistics = loss.valueWithStatistics().statistics
    expectClose(statistics.entropy, [6.361114913875866e-16], ulps: 16)
    expectClose(statistics.logProbability, [-1.5796578428307375e-17], ulps: 16)
  }

  /// The plain formulas, class by class.
  private static func plain(_ column: [Double], label: Int) -> (lse: Double, logP: Double, entropy: Double) {
    let maximum = column.max()!
    let sum = column.reduce(0) { $0 + exp($1 - maximum) }
    let logSumExp = maximum + log(sum)
    let entropy = column.reduce(0) {
      $1 == -.infinity ? $0 : $0 + exp($1 - logSumExp) * (logSumExp - $1)
    }
    return (logSumExp, column[label] - logSumExp, entropy)
  }

  /// Classes along any axis, few and many, some of them masked; samples that are ignored, masked or of weight 0.
  @Test(arguments: [2, 7, 33, 3000], [1, -1])
  func statisticsOfManySamples(classes: Int, classAxis: Int) throws {
    let samples = 45
    let rows = Tensor<Double>(shape: [samples, classes]) { index in
      (index[0] * 31 + index[1] * 17) % 23 == 0 && index[1] > 0
        ? -.infinity : Double((index[0] * 7919 + index[1] * 104_729) % 1009) / 64 - 8
    }
    let labels = Tensor((0..<samples).map { $0 % 9 == 0 ? -100 : $0 % classes })
    let mask = Tensor((0..<samples).map { $0 % 7 != 3 })
    let weight = Tensor<Double>((0..<samples).map { $0 % 5 == 4 ? 0 : 0.5 })
    let input = classAxis == 1 ? rows : rows.transposed()
    let loss = try CrossEntropyLoss(classAxis: classAxis == 1 ? 1 : 0)(
      input, target: labels, sampleWeight: weight, mask: mask)
    let statistics = loss.valueWithStatistics().statistics
    for sample in 0..<samples {
      let isCounted = labels[sample] >= 0 && mask[sample] && weight[sample] > 0
      let column = (0..<classes).map { rows[sample, $0] }
      let expected = isCounted ? Self.plain(column, label: labels[sample]) : (lse: 0, logP: 0, entropy: 0)
      #expect(statistics.isCounted[sample] == isCounted)
      #expect(statistics.isCorrect[sample] == (isCounted && column[labels[sample]] == column.max()))
      // A sum of thousands of terms.
      let tolerance = 1e-13 * max(1, expected.lse.magnitude)
      #expect(abs(statistics.logSumExp[sample] - expected.lse) <= tolerance)
      #expect(abs(statistics.entropy[sample] - expected.entropy) <= tolerance)
      let difference = statistics.logProbability[sample] - expected.logP
      #expect(statistics.logProbability[sample] == expected.logP || abs(difference) <= tolerance)
    }
    #expect(statistics.count == statistics.isCounted.scalars.count { $0 })
    #expect(abs(statistics.entropySum - statistics.entropy.scalars.reduce(0, +)) <= 1e-11)
  }

  /// The other results are those of the plain verbs, to the bit.
  @Test func valuesAndGradientsAreTheSame() throws {
    for reduction in [Reduction.none, .sum, .mean] {
      let loss = try CrossEntropyLoss(labelSmoothing: 0.1, reduction: reduction)(logits, target: labels)
      let upstream = reduction == .none ? Tensor<Double>([0.5, -2, 3]) : Tensor(1.5)
      let plain = try loss.valueWithGradient(upstream: upstream)
      let (value, gradient, statistics) = try loss.valueWithGradientAndStatistics(upstream: upstream)
      expectSameBits(value, plain.value)
      expectSameBits(gradient, plain.gradient)
      #expect(statistics == loss.valueWithStatistics().statistics)
      expectSameBits(loss.valueWithStatistics().value, loss.value())

      var (old, expected) = (
        Tensor<Double>(2).broadcast(to: [3, 4]), Tensor<Double>(2).broadcast(to: [3, 4])
      )
      let added = try loss.valueWithGradientAndStatistics(addingTo: &old, upstream: upstream)
      try loss.valueWithGradient(addingTo: &expected, upstream: upstream)
      expectSameBits(old, expected)
      #expect(added.statistics == statistics)
      let written = try loss.valueWithGradientAndStatistics(into: &old, upstream: upstream)
      expectSameBits(old, plain.gradient)
      #expect(written.statistics == statistics)
    }
  }

  @Test func anyNumberOfThreads() throws {
    let input = Tensor<Float>(Tensor<Double>.random(in: -9..<9, [2000, 50], seed: 1))
    let labels = Tensor<Int>.random(in: 0..<50, [2000], seed: 2)
    let loss = try CrossEntropyLoss()(input, target: labels)
    let upstream = LabelUpstream<Float>(
      logProbability: Tensor(Tensor<Double>.random(in: -1..<1, [2000], seed: 3)),
      entropy: Tensor(Tensor<Double>.random(in: -1..<1, [2000], seed: 4)))
    let one = try Parallelism.$maximumThreads.withValue(1) {
      (loss.valueWithStatistics().statistics, try loss.backward(upstream: upstream))
    }
    #expect(loss.valueWithStatistics().statistics == one.0)
    expectSameBits(try loss.backward(upstream: upstream), one.1)
  }

  /// Half precision has statistics in `Float`: those of the same scores there. The columns are so long that they go in
  /// parts.
  @Test func longColumnsOfHalfPrecision() throws {
    let input = Tensor<Half>(Tensor<Double>.random(in: -9..<9, [2, 2_200_000], seed: 1))
    let labels: Tensor<Int> = [5, 2_100_000]
    let upstream = LabelUpstream<Float>(logProbability: [1, -1], entropy: [100, 1], logSumExp: [0, 3])
    let loss = try CrossEntropyLoss()(input, target: labels)
    let wide = try CrossEntropyLoss()(Tensor<Float>(input), target: labels)
    #expect(loss.valueWithStatistics().statistics == wide.valueWithStatistics().statistics)
    expectSameBits(
      try loss.backward(upstream: upstream), Tensor<Half>(try wide.backward(upstream: upstream)))
  }

  /// Entropy and its gradient where classes are masked, and where scores are not numbers.
  @Test func extremeScores() throws {
    let input = Tensor<Double>([[1, -.infinity, 1], [.nan, 0, 0], [0, .infinity, 0], [0, 0, 5]])
    let loss = try CrossEntropyLoss()(input, target: [0, 1, 1, -100] as Tensor<Int>)
    let statistics = loss.valueWithStatistics().statistics
    #expect(abs(statistics.entropy[0] - log(2.0)) <= 1e-15)
    #expect(statistics.isCorrect == [true, false, false, false])
    for tensor in [statistics.entropy, statistics.logSumExp, statistics.logProbability] {
      #expect(tensor[1].isNaN && tensor[3] == 0)
    }
    let gradient = try loss.backward(
      upstream: LabelUpstream(logProbability: [1, 1, 1, 1], entropy: [1, 1, 1, 1]))
    #expect(gradient[0, .all] == [0.5, 0, -0.5])
    #expect(gradient[1, .all].scalars.allSatisfy { $0.isNaN })
    #expect(gradient[3, .all] == [0, 0, 0])
  }

  @Test func noSamplesAndNoClasses() throws {
    let empty = try CrossEntropyLoss()(Tensor<Float>.zeros([0, 5]), target: Tensor<Int>.zeros([0]))
    #expect(empty.valueWithStatistics().statistics.count == 0)
    let ignored = try CrossEntropyLoss()(
      Tensor<Float>.zeros([2, 0]), target: [-100, -100] as Tensor<Int>)
    let statistics = ignored.valueWithStatistics().statistics
    #expect(statistics.count == 0)
    #expect(statistics.entropy == [0, 0])
  }

  @Test func upstreamOfAnotherShape() throws {
    let loss = try CrossEntropyLoss()(logits, target: labels)
    var gradient = Tensor<Double>(2).broadcast(to: [3, 4])
    #expect(
      throws: LossError.shapeMismatch(argument: "upstream.entropy", shape: [2], expected: [3])
    ) { try loss.backward(addingTo: &gradient, upstream: LabelUpstream(entropy: [1, 2])) }
    #expect(throws: LossError.shapeMismatch(argument: "upstream.logProbability", shape: [], expected: [3])) {
      try loss.backward(upstream: LabelUpstream(logProbability: Tensor(1)))
    }
    #expect(gradient == Tensor(2).broadcast(to: [3, 4]))
    var wrong = Tensor<Double>.zeros([4, 3])
    #expect(throws: LossError.self) { try loss.valueWithGradientAndStatistics(into: &wrong) }
    #expect(throws: LossError.self) { try loss.backward(addingTo: &wrong, upstream: upstream) }
  }
}
