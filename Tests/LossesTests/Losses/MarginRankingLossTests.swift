import LossRegistry
import Losses
import Testing

/// What is particular to `MarginRankingLoss`.
struct MarginRankingLossTests {
  /// At the kink, the hinge has a slope.
  @Test func kink() throws {
    let ranking = try MarginRankingLoss(margin: 1, reduction: .none)(
      [2, 0] as Tensor<Double>, input2: [1, 1], target: [1, -1]
    ).gradients()
    #expect(ranking.input1 == [-1, 1])
    #expect(ranking.input2 == [1, -1])
    #expect(ranking.target == [-1, 1])
  }
}
