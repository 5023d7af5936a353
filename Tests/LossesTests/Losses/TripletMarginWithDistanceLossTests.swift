import Foundation
import LossRegistry
import Losses
import RealMath
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

  /// √(1 − a·b), which is no number for some vectors.
  private struct RootDistance: VectorMeasure {
    func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
      (1 - a.indices.reduce(0) { $0 + Double(a[$1] * b[$1]) }).squareRoot()
    }

    func addGradients<S: RealScalar>(
      of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
    ) {
      let factor = S(-scale / (2 * value(of: a, b)))
      for index in a.indices {
        da[index] += factor * b[index]
        db[index] += factor * a[index]
      }
    }
  }

  /// A distance that is NaN takes part where it is compared: that of positive and negative with `swap` only.
  @Test(arguments: [false, true]) func undefinedDistances(_ swap: Bool) throws {
    func gap(_ a: Double, _ p: Double, _ n: Double) throws -> (value: Double, gradient: [Double]) {
      let loss = TripletMarginWithDistanceLoss(distance: RootDistance(), swap: swap)
      let (value, gradient) = try loss(Tensor([[a]]), positive: Tensor([[p]]), negative: Tensor([[n]]))
        .valueWithGradient()
      return (value.item, gradient.tensors.flatMap { $0.scalars })
    }
    let ofPair = try gap(0.1, 2, 3)
    #expect(ofPair.value.isNaN == swap && ofPair.gradient.allSatisfy { $0.isNaN == swap })
    let ofAnchor = try gap(2, 0.1, 3)
    #expect(ofAnchor.value.isNaN && ofAnchor.gradient.allSatisfy { $0.isNaN })
  }

  /// By default, the distance is that of pairs.
  @Test func aDistanceByDefault() throws {
    let (anchor, positive, negative): (Tensor<Double>, Tensor<Double>, Tensor<Double>) = (
      [[1, 2]], [[2, 0.5]], [[0, 3]]
    )
    let loss = try TripletMarginWithDistanceLoss()(anchor, positive: positive, negative: negative)
    let other = try TripletMarginLoss()(anchor, positive: positive, negative: negative)
    #expect(loss.value() == other.value())
  }

  /// Also with a distance of a user's own, it is a value that can be coded.
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
