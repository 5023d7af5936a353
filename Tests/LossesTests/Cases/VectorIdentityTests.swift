import Foundation
import Losses
import Testing

/// The losses of distributions, margins and vectors that are others in disguise.
struct VectorIdentityTests {
  private static let ulps = 32.0

  @Test func multiLabelSoftMarginIsMeanOfBCEWithLogits() throws {
    let input = Tensor<Double>.random(in: -4..<4, [5, 3], seed: 91)
    let target = Tensor<Double>.random(in: 0..<1, [5, 3], seed: 92)
    let weight = Tensor<Double>.random(in: 0.2..<2, [3], seed: 93)
    let (value, gradient) = try MultiLabelSoftMarginLoss().valueWithGradient(
      input, target: target, weight: weight)
    let expected = try BCEWithLogitsLoss().valueWithGradient(input, target: target, weight: weight)
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient, expected.gradient, ulps: Self.ulps)
  }

  /// Cross entropy with probabilities less their entropy.
  @Test func divergenceOfLogSoftmaxIsCrossEntropyLessEntropy() throws {
    let input = Tensor<Double>.random(in: -4..<4, [5, 4], seed: 94)
    let shares = Tensor<Double>.random(in: 0.05..<1, [5, 4], seed: 95).normalized(axis: 1)
    let entropy = shares.scalars.reduce(0) { $0 - $1 * log($1) } / 5
    let divergence = KLDivLoss(reduction: .batchMean)
    let logProbabilities = try LogSoftmax(axis: 1)(input)
    let value = try divergence(logProbabilities, target: shares)
    let crossEntropy = try CrossEntropyLoss()(input, target: shares).item
    expectClose(value, Tensor(crossEntropy - entropy), ulps: Self.ulps, scale: crossEntropy)

    let outer = try divergence.backward(logProbabilities, target: shares)
    try expectClose(
      LogSoftmax(axis: 1).backward(input, upstream: outer),
      CrossEntropyLoss().backward(input, target: shares), ulps: Self.ulps)

    let logarithms = try KLDivLoss(logTarget: true, reduction: .batchMean)(
      logProbabilities, target: shares.map { log($0) })
    expectClose(logarithms, value, ulps: Self.ulps, scale: crossEntropy)
  }

  @Test func cosineDistanceIsOneLessSimilarity() throws {
    let a = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 96)
    let b = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 97)
    let (distance, gradient) = try CosineDistance().valueWithGradient(a, b)
    let similarity = try CosineSimilarity().valueWithGradient(a, b)
    expectClose(distance, similarity.value.map { 1 - $0 }, ulps: 2)
    expectSameBits(gradient.input1, similarity.gradient.input1.map { -$0 })
    expectSameBits(gradient.input2, similarity.gradient.input2.map { -$0 })
    // 10⁻¹² is added to squares of about 1 here.
    let embedding = try CosineEmbeddingLoss(reduction: .none)(a, input2: b, target: .ones([6]))
    expectClose(embedding, distance, ulps: 1e-11 / .ulpOfOne)
  }

  @Test func tripletMarginIsThatOfPairwiseDistance() throws {
    let (a, p, n) = triplet
    let named = try TripletMarginLoss(p: 3, eps: 0.1, swap: true).valueWithGradient(
      a, positive: p, negative: n)
    let general = try TripletMarginWithDistanceLoss(distance: PairwiseDistance(p: 3, eps: 0.1), swap: true)
      .valueWithGradient(a, positive: p, negative: n)
    expectSameBits(named.value, general.value)
    #expect(named.gradient == general.gradient)

    let measure = PairwiseDistance(p: 3, eps: 0.1)
    let (near, far, between) = try (measure(a, p), measure(a, n), measure(p, n))
    let values = Tensor(shape: [6]) { max(0, 1 + near[$0] - min(far[$0], between[$0])) }
    try expectClose(
      TripletMarginLoss(p: 3, eps: 0.1, swap: true, reduction: .none)(a, positive: p, negative: n), values,
      ulps: 4)
  }

  /// A distance of one's own is as good.
  @Test(arguments: [false, true])
  func cityBlocksAreThePairwiseDistanceOfOne(_ swap: Bool) throws {
    let (a, p, n) = triplet
    let own = try TripletMarginWithDistanceLoss(distance: CityBlockDistance(), margin: 0.5, swap: swap)
      .valueWithGradient(a, positive: p, negative: n)
    let expected = try TripletMarginLoss(margin: 0.5, p: 1, eps: 0, swap: swap)
      .valueWithGradient(a, positive: p, negative: n)
    expectClose(own.value, expected.value, ulps: 8)
    expectClose(own.gradient.anchor, expected.gradient.anchor, ulps: 8)
    expectClose(own.gradient.positive, expected.gradient.positive, ulps: 8)
    expectClose(own.gradient.negative, expected.gradient.negative, ulps: 8)
  }

  /// Multi-margin of one right label is multi-label margin of a list of one.
  @Test func multiMarginIsAListOfOne() throws {
    let input = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 98)
    let labels = Tensor<Int>.random(in: 0..<5, [6], seed: 99)
    let lists = Tensor(shape: [6, 5]) { $0[1] == 0 ? labels[$0[0]] : -1 }
    let (value, gradient) = try MultiMarginLoss().valueWithGradient(input, target: labels)
    let expected = try MultiLabelMarginLoss().valueWithGradient(input, target: lists)
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient, expected.gradient, ulps: Self.ulps)
  }

  /// Cross entropy is the logarithm of the sum less the score of the label.
  @Test func crossEntropyIsLogSumExpLessScore() throws {
    let input = Tensor<Double>.random(in: -4..<4, [6, 5], seed: 90)
    let labels = Tensor<Int>.random(in: 0..<5, [6], seed: 89)
    let sums = try LogSumExp(axis: 1)(input)
    let expected = Tensor(shape: [6]) { sums[$0] - input[$0[0], labels[$0]] }
    try expectClose(
      CrossEntropyLoss(reduction: .none)(input, target: labels), expected, ulps: Self.ulps, scale: 8)
  }

  private var triplet: (Tensor<Double>, Tensor<Double>, Tensor<Double>) {
    (
      .random(in: -1..<1, [6, 5], seed: 86), .random(in: -1..<1, [6, 5], seed: 87),
      .random(in: -1..<1, [6, 5], seed: 88)
    )
  }
}
