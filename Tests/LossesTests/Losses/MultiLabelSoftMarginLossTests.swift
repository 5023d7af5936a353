import LossRegistry
import Losses
import Testing

/// What is particular to `MultiLabelSoftMarginLoss`.
struct MultiLabelSoftMarginLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
  private static let ulps = 32.0

  @Test func multiLabelSoftMarginAtInfinity() throws {
    let input = Tensor<Double>([.infinity, .infinity, -.infinity, -.infinity], shape: [4, 1])
    let (value, gradient) = try MultiLabelSoftMarginLoss(reduction: .none)(
      input, target: [[1], [0], [1], [0]]
    ).valueWithGradient()
    #expect(value == Tensor([0, .infinity, .infinity, 0]))
    #expect(gradient == [[0], [1], [-1], [0]])
  }

  @Test func multiLabelSoftMarginIsMeanOfBCEWithLogits() throws {
    let input = Tensor<Double>.random(in: -4..<4, [5, 3], seed: 91)
    let target = Tensor<Double>.random(in: 0..<1, [5, 3], seed: 92)
    let weight = Tensor<Double>.random(in: 0.2..<2, [3], seed: 93)
    let (value, gradient) = try MultiLabelSoftMarginLoss()(input, target: target, weight: weight)
      .valueWithGradient()
    let expected = try BCEWithLogitsLoss()(input, target: target, weight: weight).valueWithGradient()
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient, expected.gradient, ulps: Self.ulps)
  }
}
