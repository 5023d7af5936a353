import LossRegistry
import Losses
import Testing

/// What is particular to `GaussianNLLLoss`.
struct GaussianNLLLossTests {
  /// As if the variance were eps, the value too; but the gradient passes through.
  @Test func gaussianBelowEps() throws {
    let input: Tensor<Double> = [1, 1, 1]
    let target: Tensor<Double> = [0.5, 0.5, 0.5]
    let gradients = try GaussianNLLLoss(eps: 0.25, reduction: .none)(
      input, target: target, variance: [0, 0.125, 0.25]
    ).gradients()
    // d² = v: half of 1/v − d²/v² is 0.
    #expect(gradients.variance == [0, 0, 0])
    #expect(gradients.input == [2, 2, 2])
    #expect(gradients.target == [-2, -2, -2])
    let clamped = try GaussianNLLLoss(eps: 1, reduction: .none)(
      input, target: target, variance: [0, 0.125, 0.25]
    ).gradients()
    #expect(clamped.variance == [0.375, 0.375, 0.375])
    let value = try GaussianNLLLoss(eps: 1, reduction: .none)(input, target: target, variance: [0, 0.5, 1])
      .value()
    #expect(value == [0.125, 0.125, 0.125])
  }

  /// A variance of 0, where eps is 0 or less than any number of the type.
  @Test(arguments: [0, 1e-50]) func varianceOfZero(_ eps: Double) throws {
    let loss = try GaussianNLLLoss(eps: eps, reduction: .none)(
      [1, 1] as Tensor<Float>, target: [1, 0.5], variance: [0, 0])
    // ½·log 2⁻¹⁴⁹, of the smallest positive number.
    expectClose(loss.value(), [-51.639464951715926, .infinity], ulps: 1)
    #expect(loss.gradients().input == [0, .infinity])
    #expect(loss.gradients().variance == [.infinity, -.infinity])
  }

  @Test func varianceThatIsNotANumber() throws {
    let (value, gradient) = try GaussianNLLLoss(reduction: .none)(
      [1, 1] as Tensor<Double>, target: [0, 0], variance: Tensor([.nan, 1])
    ).valueWithGradient()
    #expect(value[0].isNaN && gradient[0].isNaN)
    #expect(value[1] == 0.5 && gradient[1] == 1)
  }

  /// In a square, rows have a variance each: that is what a missing last axis means.
  @Test func varianceOfRows() throws {
    let zeros = Tensor<Double>.zeros([2, 2])
    let loss = GaussianNLLLoss(reduction: .none)
    let ones = Tensor<Double>.ones([2, 2])
    let gradients = try loss(ones, target: zeros, variance: [1, 4]).gradients()
    #expect(gradients.input == [[1, 1], [0.25, 0.25]])
    // ½·(1/v − 1/v²) for each of two elements.
    #expect(gradients.variance == [0, 0.1875])
    #expect(gradients.variance.shape == [2])
  }
}
