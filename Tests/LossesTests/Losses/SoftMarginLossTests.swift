import LossRegistry
import Losses
import Testing

/// What is particular to `SoftMarginLoss`.
struct SoftMarginLossTests {
  @Test func softMarginDoesNotOverflow() throws {
    let loss = SoftMarginLoss(reduction: .none)
    let (value, gradient) = try loss([100, -100, 1e30] as Tensor<Float>, target: [-1, 1, -1])
      .valueWithGradient()
    #expect(value == [100, 100, 1e30])
    #expect(gradient == [1, -1, 1])
    let double = try loss([1000, -1000] as Tensor<Double>, target: [-1, 1]).valueWithGradient()
    #expect(double.value == [1000, 1000])
    #expect(double.gradient == [1, -1])
    // e⁻¹⁰⁰ is too small for nothing.
    let right = try loss([100] as Tensor<Double>, target: [1]).valueWithGradient()
    expectClose(right.value, [3.72007597602083596e-44], ulps: 4)
    expectClose(right.gradient, [-3.72007597602083596e-44], ulps: 4)
  }

  /// PyTorch 2.13 prints this value for Double.
  @Test func printedValue() throws {
    let value = try SoftMarginLoss()(
      [[0.3, 0.7], [0.5, 0.5]] as Tensor<Double>, target: [[-1, 1], [1, -1]]
    ).value()
    expectClose(value, Tensor(0.6764238154285496), ulps: 4, scale: 1)
  }

  @Test func certainAnswersHaveNoSlope() throws {
    let gradients = try SoftMarginLoss(reduction: .none)(
      [.infinity, -.infinity] as Tensor<Float>, target: [1, -1]
    ).gradients()
    #expect(gradients.input == [0, 0] && gradients.target == [0, 0])
  }
}
