import LossRegistry
import Losses
import Testing

/// What is particular to `LogCoshLoss`. The expected values are the formula's, computed by mpmath with 60 digits.
struct LogCoshLossTests {
  @Test func smallErrorsDoNotCancel() throws {
    let loss = try LogCoshLoss(reduction: .none)(
      [1e-5, 1e-9, 0.5, 0] as Tensor<Double>, target: [0, 0, 0, 0])
    let (value, gradient) = loss.valueWithGradient()
    expectClose(
      value, [4.999999999916667485e-11, 5.000000000000000622e-19, 0.1201145069582775246, 0], ulps: 4)
    expectClose(gradient, [9.999999999666667485e-6, 1e-9, 0.4621171572600097585, 0], ulps: 4)
    #expect(value[3] == 0 && gradient[3] == 0)
    #expect(value[1].magnitude > 0)
  }

  @Test func largeErrorsDoNotOverflow() throws {
    let (value, gradient) = try LogCoshLoss(reduction: .none)(
      [1e308, -1e308, 1000, .infinity] as Tensor<Double>, target: [0, 0, 0, 0]
    ).valueWithGradient()
    #expect(value[0] == 1e308 && value[1] == 1e308 && value[3] == .infinity)
    #expect(abs(value[2] - (1000 - 0.6931471805599453)) < 1e-12)
    #expect(gradient == [1, -1, 1, 1])
  }
}
