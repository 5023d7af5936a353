import LossRegistry
import Losses
import Testing

/// What is particular to `MultiLabelMarginLoss`.
struct MultiLabelMarginLossTests {
  /// PyTorch 2.13 prints this value for Double.
  @Test func printedValue() throws {
    let value = try MultiLabelMarginLoss()(
      [[0.9, 0.2, 0.4, 0.8]] as Tensor<Double>, target: [[3, 0, -1, -1]] as Tensor<Int>
    ).value()
    expectClose(value, Tensor(0.45), ulps: 4, scale: 1)
  }

  /// At the kink, the hinge of a class has no slope.
  @Test func kink() throws {
    let lists = try MultiLabelMarginLoss(reduction: .none)(
      [[1, 0, 0.5, 1]] as Tensor<Double>, target: [[0, -1, 0, 0]] as Tensor<Int>
    ).valueWithGradient()
    #expect(lists.value == [0.375])
    #expect(lists.gradient == [[-0.5, 0, 0.25, 0.25]])
  }

  /// The difference of nearly equal scores is exact, so that the margin of 1 is not lost in them.
  @Test func scoresFarFromZero() throws {
    let scores = Tensor<Float>(Tensor<Double>.random(in: 9_999..<10_001, [8, 40], seed: 213))
    let lists = Tensor<Int>.random(in: -1..<40, [8, 40], seed: 214)
    let (value, gradient) = try MultiLabelMarginLoss()(scores, target: lists).valueWithGradient()
    let expected = try MultiLabelMarginLoss()(Tensor<Double>(scores), target: lists).valueWithGradient()
    expectClose(value, expected.value, ulps: 4)
    expectClose(gradient, expected.gradient, ulps: 4)
  }

  /// A NaN among the scores of a sample is in its value and its gradient, and in no other sample's.
  @Test(arguments: [0, 2])
  func nanPropagates(_ position: Int) throws {
    var scores: Tensor<Float> = [[0, 1, 2], [0, 1, 2]]
    scores[0, position] = .nan
    let (value, gradient) = try MultiLabelMarginLoss(reduction: .none)(
      scores, target: [[0, -1, 0], [0, -1, 0]] as Tensor<Int>
    ).valueWithGradient()
    #expect(value[0].isNaN && value[1].isFinite)
    #expect(gradient[0, .all].scalars.allSatisfy(\.isNaN) && gradient[1, .all].scalars.allSatisfy(\.isFinite))
  }
}
