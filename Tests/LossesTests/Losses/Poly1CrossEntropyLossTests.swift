import LossRegistry
import Losses
import Testing

/// What is particular to `Poly1CrossEntropyLoss`. Expected values are of 60 digits.
struct Poly1CrossEntropyLossTests {
  @Test func valueWithTheDefaultEpsilon() throws {
    let value = try Poly1CrossEntropyLoss()([[1, 0]] as Tensor<Double>, target: [0] as Tensor<Int>).value()
    // An exponential, a logarithm and three operations, each rounded by an ulp at most.
    expectClose(value, Tensor(0.8511445302582130755), ulps: 5)
  }

  /// With ε = −1 the first term of the logarithm's series is gone, and what is left does not cancel in the gradient.
  @Test func confidentScores() throws {
    let gradient = try Poly1CrossEntropyLoss(epsilon: -1)(
      [[30, 0]] as Tensor<Double>, target: [0] as Tensor<Int>
    )
    .backward()
    // The square of e⁻³⁰, which a softmax has to an ulp for each unit of the exponent.
    expectClose(gradient, [[-8.756510762694881536e-27, 8.756510762694881536e-27]], ulps: 2 * 30)
  }
}
