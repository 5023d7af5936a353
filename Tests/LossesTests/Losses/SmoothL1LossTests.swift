import LossRegistry
import Losses
import Testing

/// What is particular to `SmoothL1Loss`.
struct SmoothL1LossTests {
  @Test func smoothL1WithoutParabolaIsL1() throws {
    let input = Tensor<Float>([1, -2, 3, .infinity, 0, 1e-30])
    let target: Tensor<Float> = [1, 3, -0.5, 2, 1e-38, 0]
    let (smooth, l1) = (SmoothL1Loss(beta: 0, reduction: .none), L1Loss(reduction: .none))
    try expectSameBits(smooth(input, target: target).value(), l1(input, target: target).value())
    let gradients = try smooth(input, target: target).gradients(upstream: target)
    let expected = try l1(input, target: target).gradients(upstream: target)
    expectSameBits(gradients.input, expected.input)
    expectSameBits(gradients.target, expected.target)
  }
}
