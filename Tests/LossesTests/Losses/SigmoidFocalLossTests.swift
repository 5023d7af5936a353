import LossRegistry
import Losses
import Testing

/// What is particular to `SigmoidFocalLoss`. The expected values are the formula's, computed by mpmath with 60 digits.
struct SigmoidFocalLossTests {
  /// With γ < 1 the power has an infinite slope at p = 1, the loss has none.
  @Test func confidentScores() throws {
    let loss = try SigmoidFocalLoss(alpha: nil, gamma: 0.5, reduction: .none)(
      [40, -40, 1000, .infinity] as Tensor<Double>, target: [1, 0, 1, 1])
    let (value, gradient) = loss.valueWithGradient()
    expectClose(value[..<2], [8.756510762696520301e-27, 8.756510762696520301e-27], ulps: 16)
    expectClose(gradient[..<2], [-1.313476614404478041e-26, 1.313476614404478041e-26], ulps: 16)
    #expect(value[2] == 0 && gradient[2] == 0)
    #expect(value[3] == 0 && gradient[3] == 0)
    #expect(loss.gradients().target.scalars.allSatisfy { !$0.isNaN })
  }

  @Test func ordinaryScore() throws {
    let (value, gradient) = try SigmoidFocalLoss(alpha: nil)([1] as Tensor<Double>, target: [1])
      .valueWithGradient()
    expectClose(value, Tensor(0.02265805750846733153), ulps: 16)
    expectClose(gradient, [-0.05258112997756062092], ulps: 16)
  }

  /// Where the derivative with respect to the target is a quotient of numbers that no `Float` holds with all its
  /// digits, and where it is small between such that cancel.
  @Test func targetsOfConfidentAndOfUncertainScores() throws {
    func slope(_ gamma: Double, _ score: Float, _ target: Float) throws -> Float {
      try SigmoidFocalLoss(alpha: nil, gamma: gamma)(Tensor(score), target: Tensor(target)).gradients().target
        .item
    }
    for (result, expected, tolerance) in [
      (try slope(1, -90, 0), 7.45655148783e-38 as Float, 1e-5 as Float),
      (try slope(1, 90, 1), -7.45655148783e-38, 1e-5),
      (try slope(0.5, -90, 0), 2.5905793154e-18, 1e-4), (try slope(0.1, -80, 0), 0.026870556495, 1e-5),
      (try slope(2, -0.000237, 0), 0.000141350126112, 1e-6),
      (try slope(2, 0x1p-30, 0.5), -5.55602452047e-10, 1e-6),
    ] {
      #expect(
        (result - expected).magnitude <= tolerance * expected.magnitude, "\(result) instead of \(expected)")
    }
  }

  @Test func withoutGammaAndAlphaItIsCrossEntropy() throws {
    let x = Tensor<Double>([-1000, -3, 0, 2, 1000, .infinity, -.infinity])
    let t = Tensor<Double>([0, 0.25, 1, 0, 1, 0, 1])
    let focal = try SigmoidFocalLoss(alpha: nil, gamma: 0, reduction: .none)(x, target: t)
    let entropy = try BCEWithLogitsLoss(reduction: .none)(x, target: t)
    #expect(focal.value() == entropy.value())
    #expect(focal.gradients() == entropy.gradients())
  }

  @Test func targetsOutOfRange() {
    for target in [-0.5, 1.5, .nan] {
      #expect(throws: LossError.self) {
        _ = try SigmoidFocalLoss()([0] as Tensor<Double>, target: Tensor([target]))
      }
      #expect(throws: LossError.self) {
        _ = try AsymmetricLoss()([0] as Tensor<Double>, target: Tensor([target]))
      }
    }
  }

  /// The derivative with respect to the target does not vanish with e^−|x|, for u^γ need not.
  @Test func targetsOfCertainScores() throws {
    func targetGradient(_ x: Float, _ t: Float, gamma: Double) throws -> Tensor<Float> {
      try SigmoidFocalLoss(gamma: gamma, reduction: .sum)(Tensor([x]), target: Tensor([t])).gradients().target
    }
    expectClose(try targetGradient(200, 1, gamma: 0.01), [-6.76710250003872613], ulps: 16)
    expectClose(try targetGradient(-200, 0, gamma: 0.01), [20.3013075001161784], ulps: 16)
    // The rounding of γ·log u, 50, is multiplied by it.
    expectClose(try targetGradient(100, 1, gamma: 0.5), [-4.84598399300934343e-21], ulps: 64)
  }
}
