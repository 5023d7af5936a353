import LossRegistry
import Losses
import Testing

/// What is particular to `MultiMarginLoss`.
struct MultiMarginLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
  private static let ulps = 32.0

  /// PyTorch 2.13 prints these values for Double.
  @Test func printedValues() throws {
    let scores: Tensor<Double> = [[0.3, 0.7], [0.5, 0.5]]
    let values = [([1, 0], 0.4), ([0, 1], 0.6)] as [([Int], Double)]
    for (labels, expected) in values {
      let value = try MultiMarginLoss()(scores, target: Tensor(labels)).value()
      expectClose(value, Tensor(expected), ulps: 4, scale: 1)
    }
  }

  /// At the kink, the hinge of a class has no slope.
  @Test func kink() throws {
    let margin = try MultiMarginLoss(reduction: .none)(
      [[1, 0, 0.5]] as Tensor<Double>, target: [0] as Tensor<Int>
    ).valueWithGradient()
    expectClose(margin.gradient, Tensor([-1.0 / 3, 0, 1.0 / 3], shape: [1, 3]), ulps: 1)
  }

  /// Multi-margin of one right label is multi-label margin of a list of one.
  @Test func multiMarginIsAListOfOne() throws {
    let input = Tensor<Double>.random(in: -1..<1, [6, 5], seed: 98)
    let labels = Tensor<Int>.random(in: 0..<5, [6], seed: 99)
    let lists = Tensor(shape: [6, 5]) { $0[1] == 0 ? labels[$0[0]] : -1 }
    let (value, gradient) = try MultiMarginLoss()(input, target: labels).valueWithGradient()
    let expected = try MultiLabelMarginLoss()(input, target: lists).valueWithGradient()
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient, expected.gradient, ulps: Self.ulps)
  }
}
