import LossRegistry
import Losses
import Testing

/// What is particular to `GeneralizedCrossEntropyLoss`. The expected values are the formula's, computed by mpmath with
/// 60 digits.
struct GeneralizedCrossEntropyLossTests {
  /// A log-probability, a product, an exponential and a quotient, each rounded by an ulp at most.
  private static let ulps = 4.0

  /// Where q is tiny, the loss is cross entropy.
  @Test func powersDownToZero() throws {
    let scores: Tensor<Double> = [[1, 0]]
    func value(q: Double) throws -> Tensor<Double> {
      try GeneralizedCrossEntropyLoss(q: q)(scores, target: [0] as Tensor<Int>).value()
    }
    expectClose(try value(q: 0.7), Tensor(0.2812939075687452864), ulps: Self.ulps)
    expectClose(try value(q: 1e-9), Tensor(0.3132616874691563916), ulps: Self.ulps)
    for q in [0, 1e-300, .leastNonzeroMagnitude] {
      expectClose(try value(q: q), Tensor(0.313261687518222834), ulps: Self.ulps)
    }
  }

  /// The largest loss, 1/q, has no slope.
  @Test func impossibleLabel() throws {
    let impossible = try GeneralizedCrossEntropyLoss()(
      [[-.infinity, 0]] as Tensor<Double>, target: [0] as Tensor<Int>)
    #expect(impossible.value().item == 2)
    #expect(impossible.backward() == [[0, 0]])
  }
}
