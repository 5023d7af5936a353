import LossRegistry
import Losses
import Testing

/// What is particular to `CharbonnierLoss`. The expected values are the formula's, computed by mpmath with 60 digits.
struct CharbonnierLossTests {
  @Test func nothingCancelsNearZero() throws {
    let (value, gradient) = try CharbonnierLoss(startsAtZero: true, reduction: .none)(
      [1e-8, 3, 0] as Tensor<Double>, target: [0, 0, 0]
    ).valueWithGradient()
    expectClose(value[..<1], [4.999999999875000105e-14], ulps: 4)
    expectClose(value[1...], [2.999000166666662037, 0], ulps: 4)
    expectClose(gradient[..<1], [9.999999999500000001e-6], ulps: 4)
    #expect(value[2] == 0 && gradient[2] == 0)
  }

  @Test func squaresDoNotOverflow() throws {
    for startsAtZero in [false, true] {
      let (value, gradient) = try CharbonnierLoss(startsAtZero: startsAtZero, reduction: .none)(
        [1e200, -1e308, .infinity] as Tensor<Double>, target: [0, 0, 0]
      ).valueWithGradient()
      #expect(value == [1e200, 1e308, .infinity])
      #expect(gradient == [1, -1, 1])
    }
  }

  /// An ε that Float takes for 0 makes it the absolute error.
  @Test func tinyEpsilon() throws {
    let (value, gradient) = try CharbonnierLoss(epsilon: 1e-300, reduction: .none)(
      [0, 2, -3] as Tensor<Float>, target: [0, 0, 0]
    ).valueWithGradient()
    #expect(value == [0, 2, 3])
    #expect(gradient == [0, 1, -1])
  }
}
