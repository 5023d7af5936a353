import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `TripletMarginWithDistanceLoss`.
struct TripletMarginWithDistanceLossTests {
  /// A distance of a user's own serves as well.
  @Test(arguments: [false, true])
  func cityBlocksAreThePairwiseDistanceOfOne(_ swap: Bool) throws {
    let (a, p, n) = triplet
    let own = try TripletMarginWithDistanceLoss(distance: CityBlockDistance(), margin: 0.5, swap: swap)(
      a, positive: p, negative: n
    ).valueWithGradient()
    let expected = try TripletMarginLoss(margin: 0.5, p: 1, eps: 0, swap: swap)(a, positive: p, negative: n)
      .valueWithGradient()
    expectClose(own.value, expected.value, ulps: 8)
    expectClose(own.gradient.anchor, expected.gradient.anchor, ulps: 8)
    expectClose(own.gradient.positive, expected.gradient.positive, ulps: 8)
    expectClose(own.gradient.negative, expected.gradient.negative, ulps: 8)
  }

  private var triplet: (Tensor<Double>, Tensor<Double>, Tensor<Double>) {
    (
      .random(in: -1..<1, [6, 5], seed: 86), .random(in: -1..<1, [6, 5], seed: 87),
      .random(in: -1..<1, [6, 5], seed: 88)
    )
  }

  /// Also with a distance of a user's own, it is a value that can be coded.
  /// By default, the distance is that of pairs.
  @Test func aDistanceByDefault() throws {
    let (anchor, positive, negative): (Tensor<Double>, Tensor<Double>, Tensor<Double>) = (
      [[1, 2]], [[2, 0.5]], [[0, 3]]
    )
    let loss = try TripletMarginWithDistanceLoss()(anchor, positive: positive, negative: negative)
    let other = try TripletMarginLoss()(anchor, positive: positive, negative: negative)
    #expect(loss.value() == other.value())
  }

  @Test func coding() throws {
    let losses = [
      TripletMarginWithDistanceLoss(distance: CityBlockDistance()),
      TripletMarginWithDistanceLoss(distance: CityBlockDistance(), swap: true),
    ]
    let data = try JSONEncoder().encode(losses)
    #expect(
      try JSONDecoder().decode([TripletMarginWithDistanceLoss<CityBlockDistance>].self, from: data) == losses)
    #expect(Set(losses).count == 2)
  }
}
