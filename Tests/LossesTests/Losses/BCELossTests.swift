import LossRegistry
import Losses
import Testing

/// What is particular to `BCELoss`.
struct BCELossTests {
  /// The derivative with respect to the target is that of the clamped logarithms of the value.
  @Test func bceTargetGradientAtTheEnds() throws {
    let gradients = try BCELoss(reduction: .none)(
      [0, 1, 0, 1, 0.5] as Tensor<Double>, target: [0, 1, 1, 0, 0.25]
    ).gradients(upstream: [1, 2, 3, 4, 5])
    #expect(gradients.target == [100, -200, 300, -400, 0])
    // (x − t) / 10⁻¹², rounded as a Float is.
    let lowest = Double(1e-12 as Float)
    expectClose(gradients.input, Tensor([0, 0, -3 / lowest, 4 / lowest, 5]), ulps: 1)
    #expect(gradients.input[0] == 0 && gradients.input[1] == 0 && gradients.input[4] == 5)
  }
}
