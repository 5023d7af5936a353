import Losses
import Testing

/// Likelihoods and divergences at the ends of their domains.
struct DivergenceTests {
  /// What has probability 0 costs nothing, however impossible the prediction.
  @Test func klDivergenceOfNothing() throws {
    let input = Tensor<Double>([-.infinity, -1, -.infinity])
    let loss = KLDivLoss(reduction: .none)
    let (value, gradient) = try loss.valueWithGradient(input, target: [0, 0, 0.5])
    #expect(value == Tensor([0, 0, .infinity]))
    #expect(gradient == [0, 0, -0.5])

    let logarithms = KLDivLoss(logTarget: true, reduction: .none)
    let target = Tensor<Double>([-.infinity, -.infinity, 0])
    let gradients = try logarithms.gradients(input, target: target)
    #expect(try logarithms(input, target: target) == Tensor([0, 0, .infinity]))
    #expect(gradients.input == [0, 0, -1])
    #expect(gradients.target == Tensor([0, 0, .infinity]))
    let single = try loss(Tensor<Float>(input), target: [0, 0, 0.5])
    #expect(single == Tensor<Float>([0, 0, .infinity]))
  }

  /// A single number is a batch of one.
  @Test func batchMeanOfNumber() throws {
    let value = try KLDivLoss(reduction: .batchMean)(Tensor<Double>(-1), target: Tensor(1))
    #expect(value.item == 1)
  }

  /// The gradient by the count has Stirling's part only where the value has it; log 0 and 0 · ∞ are not there to see.
  @Test func poissonWhereStirlingIsMasked() throws {
    let input: Tensor<Double> = [0.5, 0.5, 0.5, 0.5]
    let target: Tensor<Double> = [0, 0.5, 1, 2]
    let rate = 1.6487212707001281468
    let gradients = try PoissonNLLLoss(full: true, reduction: .none).gradients(input, target: target)
    #expect(gradients.target[0] == -0.5 && gradients.target[1] == -0.5 && gradients.target[2] == -0.5)
    // log 2 + 1/4 − 1/2
    expectClose(gradients.target, [-0.5, -0.5, -0.5, 0.443147180559945309], ulps: 4)
    expectClose(gradients.input, Tensor([rate, rate - 0.5, rate - 1, rate - 2]), ulps: 4)
    // 2·log 2 − 2 + ½·log 4π
    let stirling = 2 * 0.693147180559945309 - 2 + 2.53102424696929079 / 2
    let value = try PoissonNLLLoss(full: true, reduction: .none)(input, target: target)
    expectClose(value, Tensor([rate, rate - 0.25, rate - 0.5, rate - 1 + stirling]), ulps: 4)
  }

  /// As if the variance were eps, the value too; but the gradient passes through.
  @Test func gaussianBelowEps() throws {
    let input: Tensor<Double> = [1, 1, 1]
    let target: Tensor<Double> = [0.5, 0.5, 0.5]
    let gradients = try GaussianNLLLoss(eps: 0.25, reduction: .none).gradients(
      input, target: target, variance: [0, 0.125, 0.25])
    // d² = v: half of 1/v − d²/v² is 0.
    #expect(gradients.variance == [0, 0, 0])
    #expect(gradients.input == [2, 2, 2])
    #expect(gradients.target == [-2, -2, -2])
    let clamped = try GaussianNLLLoss(eps: 1, reduction: .none).gradients(
      input, target: target, variance: [0, 0.125, 0.25])
    #expect(clamped.variance == [0.375, 0.375, 0.375])
    let value = try GaussianNLLLoss(eps: 1, reduction: .none)(input, target: target, variance: [0, 0.5, 1])
    #expect(value == [0.125, 0.125, 0.125])
  }

  @Test func varianceThatIsNotANumber() throws {
    let (value, gradient) = try GaussianNLLLoss(reduction: .none).valueWithGradient(
      [1, 1] as Tensor<Double>, target: [0, 0], variance: Tensor([.nan, 1]))
    #expect(value[0].isNaN && gradient[0].isNaN)
    #expect(value[1] == 0.5 && gradient[1] == 1)
  }

  /// In a square, rows have a variance each: that is what a missing last axis means.
  @Test func varianceOfRows() throws {
    let zeros = Tensor<Double>.zeros([2, 2])
    let loss = GaussianNLLLoss(reduction: .none)
    let ones = Tensor<Double>.ones([2, 2])
    let gradients = try loss.gradients(ones, target: zeros, variance: [1, 4])
    #expect(gradients.input == [[1, 1], [0.25, 0.25]])
    // ½·(1/v − 1/v²) for each of two elements.
    #expect(gradients.variance == [0, 0.1875])
    #expect(gradients.variance.shape == [2])
  }
}
