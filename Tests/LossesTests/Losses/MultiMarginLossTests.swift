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

  /// The difference of nearly equal scores is exact, so that the margin is not lost in them.
  @Test(arguments: [1, 2])
  func scoresFarFromZero(_ p: Int) throws {
    let scores = Tensor<Float>(Tensor<Double>.random(in: 9_999..<10_001, [8, 40], seed: 211))
    let labels = Tensor<Int>.random(in: 0..<40, [8], seed: 212)
    let loss = MultiMarginLoss(p: p, margin: 0.375)
    let (value, gradient) = try loss(scores, target: labels).valueWithGradient()
    let expected = try loss(Tensor<Double>(scores), target: labels).valueWithGradient()
    expectClose(value, expected.value, ulps: 2)
    expectClose(gradient, expected.gradient, ulps: 2)
  }

  /// A NaN among the scores of a sample is in its value and its gradient, and in no other sample's.
  @Test(arguments: [0, 2], [1, 2])
  func nanPropagates(_ position: Int, _ p: Int) throws {
    var scores: Tensor<Float> = [[0, 1, 2], [0, 1, 2]]
    scores[0, position] = .nan
    let (value, gradient) = try MultiMarginLoss(p: p, reduction: .none)(
      scores, target: [0, 0] as Tensor<Int>
    )
    .valueWithGradient()
    #expect(value[0].isNaN && value[1].isFinite)
    #expect(gradient[0, .all].scalars.allSatisfy(\.isNaN) && gradient[1, .all].scalars.allSatisfy(\.isFinite))
  }

  /// The difference of equal infinities costs nothing, beside others that do.
  @Test(arguments: [1, 2])
  func differencesOfInfinities(_ p: Int) throws {
    let scores = Tensor<Float>([-.infinity, -.infinity, 0, 1, .infinity, .infinity, 1, 0], shape: [2, 4])
    let (value, gradient) = try MultiMarginLoss(p: p, reduction: .none)(
      scores, target: [0, 0] as Tensor<Int>
    )
    .valueWithGradient()
    #expect(value == Tensor([.infinity, 0]))
    let slope: Float = p == 1 ? 0.25 : .infinity
    #expect(gradient == Tensor([-2 * slope, 0, slope, slope, 0, 0, 0, 0], shape: [2, 4]))
  }
}
