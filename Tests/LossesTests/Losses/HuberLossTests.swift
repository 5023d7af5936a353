import LossRegistry
import Losses
import Testing

/// What is particular to `HuberLoss`.
struct HuberLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
  private static let ulps = 32.0

  @Test(arguments: [0.25, 1, 3])
  func huberIsSmoothL1TimesDelta(_ delta: Double) throws {
    let input = Tensor<Double>.random(in: -4..<4, [40], seed: 35)
    let target = Tensor<Double>.random(in: -4..<4, [40], seed: 36)
    let huber = HuberLoss(delta: delta, reduction: .none)
    let smooth = SmoothL1Loss(beta: delta, reduction: .none)
    try expectClose(
      huber(input, target: target).value(), smooth(input, target: target).value().map { delta * $0 },
      ulps: Self.ulps)
    let gradients = try huber(input, target: target).gradients(upstream: input)
    let expected = try smooth(input, target: target).gradients(upstream: input.map { delta * $0 })
    expectClose(gradients.input, expected.input, ulps: Self.ulps)
    expectClose(gradients.target, expected.target, ulps: Self.ulps)
  }
}
