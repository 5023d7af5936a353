import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `TripletMarginLoss`.
struct TripletMarginLossTests {
  @Test(arguments: [0.5, 1, 2, 3, .infinity])
  func zeroDistanceHasNoGradient(_ p: Double) throws {
    let vectors = Tensor<Double>.random(in: -1..<1, [2, 3], seed: 81)
    let loss = TripletMarginLoss(p: p, eps: 0, swap: true, reduction: .none)
    let (value, gradient) = try loss(vectors, positive: vectors, negative: vectors).valueWithGradient()
    #expect(value == [1, 1])
    #expect(gradient.anchor == .zeros([2, 3]))
    #expect(gradient.positive == .zeros([2, 3]))
    #expect(gradient.negative == .zeros([2, 3]))
  }

  /// 1 + 2 − 3, with distances of whole numbers: at the kink, the hinge has a slope.
  @Test func kink() throws {
    let (value, gradient) = try TripletMarginLoss(eps: 0, reduction: .none)(
      [[0, 0]] as Tensor<Double>, positive: [[2, 0]], negative: [[0, 3]]
    ).valueWithGradient()
    #expect(value == [0])
    #expect(gradient.anchor == [[-1, 1]])
    #expect(gradient.positive == [[1, 0]])
    #expect(gradient.negative == [[0, -1]])
  }

  /// The difference of nearly equal distances is exact, so that the margin is not lost in them.
  @Test func longDistances() throws {
    let value = try TripletMarginLoss(margin: 1.0 / 3, eps: 0)(
      [[0]] as Tensor<Double>, positive: [[1_000_000_000]], negative: [[1_000_000_000.25]]
    ).value()
    expectClose(value, Tensor(1.0 / 12), ulps: 1)
  }

  /// The anchor is as far from the negative as the positive is.
  @Test func tieUnderSwapSplitsTheGradient() throws {
    let loss = TripletMarginLoss(margin: 10, eps: 0, swap: true, reduction: .none)
    let (value, gradient) = try loss([[3, 0]] as Tensor<Double>, positive: [[-3, 0]], negative: [[0, 4]])
      .valueWithGradient()
    #expect(value == [11])
    // d(a, p): (1, 0) and its opposite; half of d(a, n): (0.6, −0.8); half of d(p, n): (−0.6, −0.8).
    expectClose(gradient.anchor, [[0.7, 0.4]], ulps: 2)
    expectClose(gradient.positive, [[-0.7, 0.4]], ulps: 2)
    expectClose(gradient.negative, [[0, -0.8]], ulps: 2)
  }

  /// Distances that lie far apart from their difference: differences of elements in Float would be off by a thousand ulp.
  @Test(arguments: [1, 2, 3, .infinity])
  func triplesFarFromTheAnchor(_ p: Double) throws {
    let anchor = Tensor<Float>(Tensor<Double>.random(in: 1000..<1001, [4, 128], seed: 91))
    let positive = Tensor<Float>(Tensor<Double>.random(in: 0..<1, [4, 128], seed: 92))
    let negative = Tensor<Float>(Tensor<Double>.random(in: 0..<1, [4, 128], seed: 93))
    func distance(_ row: Int, _ other: Tensor<Float>) -> Double {
      let gaps = (0..<128).map { (Double(anchor[row, $0]) - Double(other[row, $0]) + 1e-6).magnitude }
      return p == .infinity ? gaps.max()! : pow(gaps.reduce(0) { $0 + pow($1, p) }, 1 / p)
    }
    let loss = TripletMarginLoss(margin: 200, p: p, reduction: .none)
    let expected = Tensor<Double>(shape: [4]) { 200 + distance($0[0], positive) - distance($0[0], negative) }
    try expectClose(loss(anchor, positive: positive, negative: negative).value(), expected, ulps: 1)
    let pair = try PairwiseDistance(p: p)(anchor, positive).value()
    expectClose(pair, Tensor<Double>(shape: [4]) { distance($0[0], positive) }, ulps: 1)
  }

  /// The distance of anchor and positive is not a `Float`.
  @Test func gradientsOfDistancesBeyondTheType() throws {
    let loss = try TripletMarginLoss(eps: 0)(
      [3e38, 0] as Tensor<Float>, positive: [-3e38, 0], negative: [0, 0])
    let (value, gradient) = loss.valueWithGradient()
    #expect(value.item == 3e38)
    #expect(gradient.anchor == [0, 0])
    #expect(gradient.positive == [-1, 0])
    #expect(gradient.negative == [1, 0])
    #expect(try loss.backward(upstream: 0).positive == [0, 0])
  }

  /// No `Double` holds either distance, 3e308 and 2e308; their difference is one.
  @Test(arguments: [1, 2, 3, .infinity], [false, true])
  func distancesBeyondAnyType(_ p: Double, swap: Bool) throws {
    let loss = TripletMarginLoss(p: p, eps: 0, swap: swap)
    func call(_ positive: Double, _ negative: Double) throws -> (Tensor<Double>, TripletGradient<Double>) {
      try loss([1.5e308, 0], positive: Tensor([positive, 0]), negative: Tensor([negative, 0]))
        .valueWithGradient()
    }
    var (value, gradient) = try call(-1.5e308, -0.5e308)
    // Positive and negative are nearer to each other, 1e308.
    expectClose(value, Tensor(swap ? .infinity : 1e308), ulps: 4)
    #expect(gradient.anchor == (swap ? [1, 0] : [0, 0]))
    #expect(gradient.positive == (swap ? [0, 0] : [-1, 0]))
    #expect(gradient.negative == (swap ? [-1, 0] : [1, 0]))

    (value, gradient) = try call(-0.5e308, -1.5e308)
    expectClose(value, Tensor(swap ? 1e308 : 0), ulps: 4)
    #expect(gradient.anchor == (swap ? [1, 0] : [0, 0]))
    (value, gradient) = try call(-0.5e308, -0.5e308)
    #expect(value.item == (swap ? .infinity : 1))
  }

  @Test func numbersAreVectorsOfOne() throws {
    let value = try TripletMarginLoss(margin: 5, eps: 0)(
      Tensor<Double>(1), positive: Tensor(3), negative: Tensor(2)
    ).value()
    #expect(value.item == 6)
  }

  /// It is `TripletMarginWithDistanceLoss` with a `PairwiseDistance`.
  @Test func tripletMarginIsThatOfPairwiseDistance() throws {
    let (a, p, n) = triplet
    let named = try TripletMarginLoss(p: 3, eps: 0.1, swap: true)(a, positive: p, negative: n)
      .valueWithGradient()
    let general = try TripletMarginWithDistanceLoss(distance: PairwiseDistance(p: 3, eps: 0.1), swap: true)(
      a, positive: p, negative: n
    ).valueWithGradient()
    expectSameBits(named.value, general.value)
    #expect(named.gradient == general.gradient)

    let measure = PairwiseDistance(p: 3, eps: 0.1)
    let (near, far, between) = try (
      measure(a, p).value(), measure(a, n).value(), measure(p, n).value()
    )
    let values = Tensor(shape: [6]) { max(0, 1 + near[$0] - min(far[$0], between[$0])) }
    try expectClose(
      TripletMarginLoss(p: 3, eps: 0.1, swap: true, reduction: .none)(a, positive: p, negative: n).value(),
      values,
      ulps: 4)
  }

  private var triplet: (Tensor<Double>, Tensor<Double>, Tensor<Double>) {
    (
      .random(in: -1..<1, [6, 5], seed: 86), .random(in: -1..<1, [6, 5], seed: 87),
      .random(in: -1..<1, [6, 5], seed: 88)
    )
  }

  /// max(0, 1 + 0.1 − 0.05) and gradients of ±1, where the powers of both distances underflow.
  @Test func largePowers() throws {
    let (value, gradient) = try TripletMarginLoss(p: 400, eps: 0)(
      [[0.1, 0]] as Tensor<Double>, positive: [[0, 0]], negative: [[0.05, 0]]
    ).valueWithGradient()
    expectClose(value, Tensor(1.05), ulps: 4)
    #expect(gradient.positive == [[-1, 0]] && gradient.negative == [[1, 0]])
  }
}
