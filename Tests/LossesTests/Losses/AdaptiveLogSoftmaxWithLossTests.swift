import Foundation
import LossRegistry
import Losses
import Testing

/// Log-probabilities of all classes, predictions and random weights; and which rows a cluster depends on.
struct AdaptiveLogSoftmaxWithLossTests {
  private let loss = AdaptiveLogSoftmaxWithLoss(
    cutoffs: [3, 7], divValue: 2, headBias: true, reduction: .none)
  private let rows = Tensor<Double>.random(in: -2..<2, [40, 8], seed: 1)

  private var weights: AdaptiveSoftmaxWeights<Double> {
    get throws {
      var generator = SplitMix64(seed: 2)
      return try loss.randomWeights(features: 8, classes: 20, using: &generator)
    }
  }

  @Test func logProbabilitiesAreThoseOfTheLabels() throws {
    let weights = try weights
    let logProbabilities = try loss.logProbabilities(rows, weights: weights)
    #expect(logProbabilities.shape == [40, 20])
    for label in 0..<20 {
      let values = try loss(rows, weights: weights, target: Tensor(repeating: label, shape: [40])).value()
      expectClose(logProbabilities[.all, label], values.map { -$0 }, ulps: 16, "class \(label)")
    }
    // A log-probability of about 8 is rounded by 4 ulp of 1, in the head and in a cluster.
    for row in logProbabilities.rows {
      expectClose(Tensor(row.reduce(0) { $0 + exp($1) }), Tensor(1.0), ulps: 8)
    }
    expectSameBits(try loss.logProbabilities(rows[3, .all], weights: weights), logProbabilities[3, .all])
  }

  @Test func predictionsAreTheMostLikelyClasses() throws {
    var weights = try weights
    // Large weights make all clusters win somewhere.
    weights.head = weights.head.map { 8 * $0 }
    let logProbabilities = try loss.logProbabilities(rows, weights: weights)
    let expected = logProbabilities.rows.map { row in row.firstIndex(of: row.max()!)! }
    #expect(expected.contains { $0 < 3 } && expected.contains { $0 >= 7 })
    #expect(try loss.predict(rows, weights: weights).scalars == expected)
    #expect(try loss.predict(rows[5, .all], weights: weights) == Tensor(expected[5]))
    #expect(try loss.predict(rows[..<0], weights: weights).shape == [0])
  }

  /// PyTorch's `log_prob` and `predict`, of these numbers.
  @Test func numbersOfPyTorch() throws {
    let loss = AdaptiveLogSoftmaxWithLoss(cutoffs: [1, 3])
    let weights = AdaptiveSoftmaxWeights<Double>(
      head: [[1, 0], [0, 1], [1, 1]],
      tails: [
        .init(projection: [[1, -1]], weight: [[1], [0]]), .init(projection: [[0, 1]], weight: [[1], [2]]),
      ])
    let input: Tensor<Double> = [[1, 2], [3, -1]]
    expectClose(
      try loss.logProbabilities(input, weights: weights),
      [
        [
          -2.4076059644443806, -2.720867651962603, -1.7208676519626032, -2.5345339754873533,
          -0.534533975487353,
        ],
        [
          -0.3265626412674705, -4.34471256918528, -8.34471256918528, -1.6398243287856933, -2.6398243287856933,
        ],
      ],
      ulps: 16)
    #expect(try loss.predict(input, weights: weights) == [4, 0])
    expectClose(
      try loss(input, weights: weights, target: [4, 0] as Tensor<Int>).value(), Tensor(0.43054830837741176),
      ulps: 16)
  }

  /// A value may be too large for its type before it is divided. The values are log(1 + e⁴) and 2·log 2.
  @Test func weightsNearTheLargestNumber() throws {
    let weights = AdaptiveSoftmaxWeights<Float>(
      head: [[-4], [0]], tails: [.init(projection: [[1]], weight: [[1], [1]])])
    func value(_ row: Float, _ label: Int) throws -> Tensor<Float> {
      try AdaptiveLogSoftmaxWithLoss(cutoffs: [1], reduction: .sumDivided(by: 1e38))(
        Tensor([[row]]), weights: weights, target: Tensor([label]), sampleWeight: [1e38]
      ).value()
    }
    expectClose(try value(1, 0), Tensor(4.0181499279178094), ulps: 4)
    expectClose(try value(0, 1), Tensor(1.3862943611198906), ulps: 4)
  }

  /// What a tail holds concerns only the rows of its cluster.
  @Test func clustersOnlyDependOnTheirRows() throws {
    var weights = try weights
    let labels = Tensor(Tensor<Int>.random(in: 0..<7, [40], seed: 3).scalars)
    let (value, gradient) = try loss(rows, weights: weights, target: labels).valueWithGradient()
    weights.tails[1].projection = .init(repeating: .nan, shape: weights.tails[1].projection.shape)
    weights.tails[1].weight = .init(repeating: .infinity, shape: weights.tails[1].weight.shape)
    let (other, otherGradient) = try loss(rows, weights: weights, target: labels).valueWithGradient()
    expectSameBits(other, value)
    #expect(otherGradient == gradient)
    #expect(gradient.weights.tails[1].projection == .zeros(weights.tails[1].projection.shape))
    #expect(gradient.weights.tails[1].weight == .zeros(weights.tails[1].weight.shape))
  }

  /// The shapes are PyTorch's: each tail has ⌊F / divValueⁱ⌋ features.
  @Test func randomWeightsHaveTheShapesOfPyTorch() throws {
    let weights = try weights
    #expect(weights.head.shape == [5, 8])
    #expect(weights.headBias?.shape == [5])
    #expect(weights.tails.map(\.projection.shape) == [[4, 8], [2, 8]])
    #expect(weights.tails.map(\.weight.shape) == [[4, 4], [13, 2]])
    #expect(weights.tails[1].weight.scalars.allSatisfy { abs($0) <= 0.5.squareRoot() })
    var generator = SplitMix64(seed: 4)
    // In Python, 1 // 0.1 is 9.
    let wide: AdaptiveSoftmaxWeights<Float> = try AdaptiveLogSoftmaxWithLoss(cutoffs: [1], divValue: 0.1)
      .randomWeights(features: 1, classes: 2, using: &generator)
    #expect(wide.tails[0].projection.shape == [9, 1])
    let none: AdaptiveSoftmaxWeights<Float> = try AdaptiveLogSoftmaxWithLoss(
      cutoffs: [1], divValue: .infinity
    )
    .randomWeights(features: 3, classes: 2, using: &generator)
    #expect(none.tails[0].weight.shape == [1, 0])
    #expect(none.headBias == nil)
  }

  /// Half precision does not hold the number of features, 2^18, but its square root.
  @Test func randomWeightsOfManyFeatures() throws {
    var generator = SplitMix64(seed: 6)
    let weights: AdaptiveSoftmaxWeights<Half> = try AdaptiveLogSoftmaxWithLoss(
      cutoffs: [1], divValue: .infinity
    )
    .randomWeights(features: 1 << 18, classes: 2, using: &generator)
    let magnitudes = weights.head.scalars.map(\.magnitude)
    #expect(magnitudes.max()! <= 0x1p-9)
    #expect(magnitudes.max()! > 0x1p-10)
  }

  @Test(
    arguments: [
      ([20], 4, 8, "cutoffs[0]"), ([3, 21], 4, 8, "cutoffs[1]"), ([3, 3], 4, 8, "cutoffs[1]"),
      ([3], 0, 8, "divValue"), ([3], 1e-300, 8, "divValue"), ([3], 4, 0, "features"),
    ] as [([Int], Double, Int, String)])
  func impossibleWeights(_ cutoffs: [Int], _ divValue: Double, _ features: Int, _ argument: String) {
    var generator = SplitMix64(seed: 5)
    do {
      let _: AdaptiveSoftmaxWeights<Float> = try AdaptiveLogSoftmaxWithLoss(
        cutoffs: cutoffs, divValue: divValue
      ).randomWeights(features: features, classes: 20, using: &generator)
      Issue.record("nothing is thrown")
    } catch LossError.invalidHyperparameter(let name, _, _) {
      #expect(name == argument)
    } catch {
      Issue.record("\(error)")
    }
  }

  /// A buffer has as many tails as the weights.
  @Test func buffersHaveTheTailsOfTheWeights() throws {
    let weights = try weights
    let evaluation = try loss(rows, weights: weights, target: Tensor(repeating: 3, shape: [40]))
    var buffer = evaluation.backward()
    let last = buffer.weights.tails.removeLast()
    let untouched = buffer
    #expect(
      throws: LossError.shapeMismatch(
        argument: "gradient.weights.tails[1].projection", shape: [0], expected: [2, 8])
    ) { try evaluation.valueWithGradient(into: &buffer) }
    #expect(buffer == untouched)
    buffer.weights.tails += [last, last]
    #expect(
      throws: LossError.shapeMismatch(
        argument: "gradient.weights.tails[2].projection", shape: [2, 8], expected: [0])
    ) { try evaluation.valueWithGradient(addingTo: &buffer) }
  }
}
