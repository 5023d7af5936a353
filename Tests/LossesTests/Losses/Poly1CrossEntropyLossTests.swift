import LossRegistry
import Losses
import Testing

/// What is particular to `Poly1CrossEntropyLoss`. The expected values are the formula's, computed by mpmath with 60
/// digits.
struct Poly1CrossEntropyLossTests {
  @Test func valueWithTheDefaultEpsilon() throws {
    let value = try Poly1CrossEntropyLoss()([[1, 0]] as Tensor<Double>, target: [0] as Tensor<Int>).value()
    // An exponential, a logarithm and three operations, each rounded by an ulp at most.
    expectClose(value, Tensor(0.8511445302582130755), ulps: 5)
  }

  /// With ε = −1 the first term of the logarithm's series is gone, and what is left does not cancel in the value.
  @Test(
    arguments: [
      (2, 0.0077250890208549405), (11, 1.3947029877770696e-10), (16, 6.3320818244378197e-15),
    ] as [(Float, Double)])
  func valueOfConfidentScores(margin: Float, expected: Double) throws {
    let value = try Poly1CrossEntropyLoss(epsilon: -1)(
      Tensor([margin, 0], shape: [1, 2]), target: [0] as Tensor<Int>
    ).value()
    // The square of a probability, which a softmax has to an ulp for each unit of the exponent, and 8 of the logarithm.
    expectClose(value, Tensor(expected), ulps: 2 * Double(margin) + 8)
  }

  /// Nor in the gradient.
  @Test func confidentScores() throws {
    let gradient = try Poly1CrossEntropyLoss(epsilon: -1)(
      [[30, 0]] as Tensor<Double>, target: [0] as Tensor<Int>
    )
    .backward()
    // The square of e⁻³⁰, which a softmax has to an ulp for each unit of the exponent.
    expectClose(gradient, [[-8.756510762694881536e-27, 8.756510762694881536e-27]], ulps: 2 * 30)
  }
}
