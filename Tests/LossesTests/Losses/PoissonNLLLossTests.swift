import LossRegistry
import Losses
import Testing

/// What is particular to `PoissonNLLLoss`.
struct PoissonNLLLossTests {
  /// The gradient with respect to the count has Stirling's term only where the value has it: no log 0 or 0 · ∞ appears.
  @Test func poissonWhereStirlingIsMasked() throws {
    let input: Tensor<Double> = [0.5, 0.5, 0.5, 0.5]
    let target: Tensor<Double> = [0, 0.5, 1, 2]
    let rate = 1.6487212707001281468
    let gradients = try PoissonNLLLoss(full: true, reduction: .none)(input, target: target).gradients()
    #expect(gradients.target[0] == -0.5 && gradients.target[1] == -0.5 && gradients.target[2] == -0.5)
    // log 2 + 1/4 − 1/2
    expectClose(gradients.target, [-0.5, -0.5, -0.5, 0.443147180559945309], ulps: 4)
    expectClose(gradients.input, Tensor([rate, rate - 0.5, rate - 1, rate - 2]), ulps: 4)
    // 2·log 2 − 2 + ½·log 4π
    let stirling = 2 * 0.693147180559945309 - 2 + 2.53102424696929079 / 2
    let value = try PoissonNLLLoss(full: true, reduction: .none)(input, target: target).value()
    expectClose(value, Tensor([rate, rate - 0.25, rate - 0.5, rate - 1 + stirling]), ulps: 4)
  }

  /// Near its minimum the gradient 1 − t/x is (x − t)/x, in which nothing cancels: 1/16001 and 1/1025, which `Fraction`
  /// of Python finds.
  @Test func gradientNearTheMinimum() throws {
    let gradient = try PoissonNLLLoss(logInput: false, eps: 0, reduction: .none)(
      [1000.0625, 1.0009765625] as Tensor<Float>, target: [1000, 1]
    ).backward()
    #expect(gradient == [6.249609399412537e-05, 0.000975609756097561])
  }

  /// eˣ − t·x is infinite where eˣ is, however large the rest.
  @Test func infiniteRateOfALogarithm() throws {
    let (value, gradient) = try PoissonNLLLoss(reduction: .none)(
      [3e38, .infinity, 1e30, .infinity, 200] as Tensor<Float>, target: [3, 2, 3e38, .infinity, .nan]
    ).valueWithGradient()
    #expect(value[..<3] == [.infinity, .infinity, .infinity])
    #expect(value[3].isNaN && value[4].isNaN)
    #expect(gradient[..<3] == [.infinity, .infinity, .infinity])
  }

  @Test func nothingWhereNothingIsExpected() throws {
    let (value, gradient) = try PoissonNLLLoss(logInput: false, eps: 0)(
      [0] as Tensor<Float>, target: [0]
    ).valueWithGradient()
    #expect(value.item == 0)
    #expect(gradient == [1])
  }

  @Test func gradientAtInfiniteRate() throws {
    let (value, gradient) = try PoissonNLLLoss(logInput: false, reduction: .none)(
      Tensor<Float>([.infinity]), target: [3]
    ).valueWithGradient()
    #expect(value == [.infinity])
    #expect(gradient == [1])
  }

  /// Rates and their products with counts that are both infinite.
  @Test func infiniteRateOfAFiniteLogarithm() throws {
    let (value, gradient) = try PoissonNLLLoss()([88.8] as Tensor<Float>, target: [4e36]).valueWithGradient()
    #expect(value.item == .infinity)
    #expect(gradient == [.infinity])
  }
}
