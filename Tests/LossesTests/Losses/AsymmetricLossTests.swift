import LossRegistry
import Losses
import Testing

/// What is particular to `AsymmetricLoss`. The expected values are the formula's, computed by mpmath with 60 digits.
struct AsymmetricLossTests {
  @Test func negatives() throws {
    let loss = try AsymmetricLoss(reduction: .none)(
      [2, -3, -1000, .infinity] as Tensor<Double>, target: [0, 0, 0, 0])
    let (value, gradient) = loss.valueWithGradient()
    expectClose(value[..<1], [0.84641495069195086], ulps: 16)
    expectClose(gradient[..<1], [0.7234899345920383771], ulps: 16)
    // Below the clip they cost nothing.
    #expect(value[1] == 0 && value[2] == 0 && gradient[1] == 0 && gradient[2] == 0)
    #expect(gradient[3] == 0)
  }

  /// With one exponent and without a clip it is the focal loss.
  @Test func symmetric() throws {
    let x = Tensor<Double>([-40, -3, 0.5, 2, 40])
    let t = Tensor<Double>([1, 0.25, 1, 0, 0])
    let asymmetric = try AsymmetricLoss(negativeGamma: 1.5, positiveGamma: 1.5, clip: 0, reduction: .none)(
      x, target: t
    ).gradients()
    let focal = try SigmoidFocalLoss(alpha: nil, gamma: 1.5, reduction: .none)(x, target: t).gradients()
    expectClose(asymmetric.input, focal.input, ulps: 32)
    expectClose(asymmetric.target, focal.target, ulps: 32)
  }

  @Test func infinities() throws {
    let (value, gradient) = try AsymmetricLoss(clip: 0, reduction: .none)(
      [-.infinity, .infinity, .infinity, -.infinity] as Tensor<Float>, target: [1, 0, 1, 0]
    ).valueWithGradient()
    #expect(value == [.infinity, .infinity, 0, 0])
    #expect(gradient == [-1, 1, 0, 0])
  }

  /// The derivative with respect to the target does not vanish with e^−x, for u^γ need not.
  @Test func targetsOfCertainScores() throws {
    func targetGradient(_ x: Float, positiveGamma: Double) throws -> Tensor<Float> {
      try AsymmetricLoss(positiveGamma: positiveGamma, reduction: .sum)(Tensor([x]), target: [1])
        .gradients().target
    }
    expectClose(try targetGradient(200, positiveGamma: 0.01), [-0.406713960933238885], ulps: 16)
    // The rounding of γ·log u, 50, is multiplied by it.
    expectClose(try targetGradient(100, positiveGamma: 0.5), [-6.69417434494072283e-22], ulps: 64)
  }

  /// Near p = 1, the loss of a negative is −log(1 − p + clip), of which `Float` would lose the clip.
  @Test func clipsWithoutReciprocal() throws {
    #expect(throws: LossError.self) { try AsymmetricLoss(clip: 1e-39)([100] as Tensor<Float>, target: [0]) }
    // In Double, it does not: log 10³⁹ − log(1 + e⁻¹⁰⁰·10³⁹).
    let loss = try AsymmetricLoss(clip: 1e-39)([100] as Tensor<Double>, target: [0])
    expectClose(loss.value(), Tensor(89.8007814266999526), ulps: 4)
    expectClose(loss.backward(), [3.719937591516171e-05], ulps: 64)
  }

  /// Where p rounds to the clip, its complement does not round to that of the clip.
  @Test func clipsNextToOne() throws {
    func results(_ x: [Float], clip: Double) throws -> (value: Tensor<Float>, gradient: Tensor<Float>) {
      try AsymmetricLoss(negativeGamma: 0, positiveGamma: 0, clip: clip, reduction: .none)(
        Tensor(x), target: .zeros([x.count])
      ).valueWithGradient()
    }
    let whole = try results([20, 80, .infinity], clip: 1)
    #expect(whole.value == [0, 0, 0] && whole.gradient == [0, 0, 0])
    let part = try results([12, 15], clip: 0.99999)
    expectClose(part.value, [3.8558328314536296e-6, 9.6941447610983531e-6], ulps: 16)
    expectClose(part.gradient, [6.1441605421434418e-6, 3.0590509882338956e-7], ulps: 16)
  }
}
