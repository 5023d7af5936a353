import LossRegistry
import Losses
import Testing

/// What is particular to `FocalLoss` and the other powers of the label's probability. Expected values are of 60 digits.
struct FocalLossTests {
  private static let scores = Tensor<Float>.init(Tensor<Double>.random(in: -5..<5, [40, 7], seed: 1))
  private static let labels = Tensor<Int>.random(in: 0..<7, [40], seed: 2)
  private static let weight: Tensor<Float> = [1, 2, 0.5, 1, 3, 0.25, 1]

  @Test(arguments: [0, 0.1])
  func withoutGammaItIsCrossEntropyToTheBit(_ smoothing: Double) throws {
    let focal = try FocalLoss(gamma: 0, ignoreIndex: 3, labelSmoothing: smoothing)(
      Self.scores, target: Self.labels, weight: Self.weight)
    let entropy = try CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: smoothing)(
      Self.scores, target: Self.labels, weight: Self.weight)
    expectSameBits(focal.value(), entropy.value())
    expectSameBits(focal.backward(), entropy.backward())
  }

  /// With γ < 1 the power has an infinite slope at p = 1, the loss has none.
  @Test func confidentScores() throws {
    let scores: Tensor<Double> = [[30, 0], [1000, 0]]
    let (value, gradient) = try FocalLoss(gamma: 0.5, reduction: .none)(
      scores, target: [0, 0] as Tensor<Int>
    )
    .valueWithGradient()
    expectClose(value[..<1], [2.862518580549125781e-20], ulps: 32)
    expectClose(gradient[..<1, .all], [[-4.293777870823420807e-20, 4.293777870823420807e-20]], ulps: 32)
    #expect(value[1] == 0)
    #expect(gradient[1, .all] == [0, 0])
    let smoothed = try FocalLoss(gamma: 0.5, labelSmoothing: 0.1)(scores, target: [0, 0] as Tensor<Int>)
    #expect(smoothed.backward().scalars.allSatisfy { $0.isFinite })
    // So far apart that no number holds the difference, as if the smaller scores were −∞.
    let apart = try FocalLoss(labelSmoothing: 0.1)([1e308, -1e308] as Tensor<Double>, target: Tensor<Int>(0))
    #expect(apart.backward() == [0, 0])
  }

  @Test func generalizedCrossEntropy() throws {
    let scores: Tensor<Double> = [[1, 0]]
    func value(q: Double) throws -> Tensor<Double> {
      try GeneralizedCrossEntropyLoss(q: q)(scores, target: [0] as Tensor<Int>).value()
    }
    expectClose(try value(q: 0.7), Tensor(0.2812939075687452864), ulps: 8)
    expectClose(try value(q: 1e-9), Tensor(0.3132616874691563916), ulps: 8)
    for q in [0, 1e-300, .leastNonzeroMagnitude] {
      expectClose(try value(q: q), Tensor(0.313261687518222834), ulps: 8)
    }
    let impossible = try GeneralizedCrossEntropyLoss()(
      [[-.infinity, 0]] as Tensor<Double>, target: [0] as Tensor<Int>)
    #expect(impossible.value().item == 2)
    #expect(impossible.backward() == [[0, 0]])
  }

  @Test func poly1CrossEntropy() throws {
    let value = try Poly1CrossEntropyLoss()([[1, 0]] as Tensor<Double>, target: [0] as Tensor<Int>).value()
    expectClose(value, Tensor(0.8511445302582130755), ulps: 8)
    // The first term of the logarithm's series is gone, and what is left does not cancel in the gradient.
    let gradient = try Poly1CrossEntropyLoss(epsilon: -1)(
      [[30, 0]] as Tensor<Double>, target: [0] as Tensor<Int>
    )
    .backward()
    expectClose(gradient, [[-8.756510762694881536e-27, 8.756510762694881536e-27]], ulps: 64)
  }
}
