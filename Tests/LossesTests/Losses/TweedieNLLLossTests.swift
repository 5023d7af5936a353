import LossRegistry
import Losses
import Testing

/// What is particular to `TweedieNLLLoss`.
struct TweedieNLLLossTests {
  /// A target of 0 has no first term, though that of its mean 0 is infinite.
  @Test func targetZero() throws {
    let loss = try TweedieNLLLoss(reduction: .none)(
      [-.infinity, -2000, 0] as Tensor<Double>, target: [0, 0, 0])
    let (value, gradient) = loss.valueWithGradient()
    #expect(value == [0, 0, 2])
    #expect(gradient == [0, 0, 1])
  }

  /// The gradient vanishes where the mean is the target.
  @Test(arguments: [1.1, 1.5, 1.9])
  func isLowestAtTheMean(_ power: Double) throws {
    let gradient = try TweedieNLLLoss(power: power)([0.6931471805599453] as Tensor<Double>, target: [2])
      .backward()
    #expect(gradient[0].item.magnitude < 1e-15)
  }
}
