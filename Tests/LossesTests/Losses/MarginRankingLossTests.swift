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

  /// What comes from NaN has the gradient NaN; the difference of equal infinities has no slope.
  @Test func nanAndInfinities() throws {
    let gradients = try MarginRankingLoss(reduction: .none)(
      Tensor<Float>([.nan, 1, 1, .infinity]), input2: Tensor([1, .nan, 2, .infinity]),
      target: Tensor([1, 1, .nan, 1])
    ).gradients()
    #expect(gradients.input1.scalars.map(\.isNaN) == [true, true, true, false])
    #expect(gradients.input2.scalars.map(\.isNaN) == [true, true, true, false])
    #expect(gradients.target.scalars.map(\.isNaN) == [true, true, true, true])
    #expect(gradients.input1[3] == 0 && gradients.input2[3] == 0)
  }

  /// Scores in the right order have no slope, however far apart they are.
  @Test func differencesOutOfRange() throws {
    let gradients = try MarginRankingLoss(reduction: .none)(
      [3e38] as Tensor<Float>, input2: [-3e38], target: [1]
    ).gradients()
    #expect(gradients.input1 == [0] && gradients.input2 == [0] && gradients.target == [0])
  }
}
