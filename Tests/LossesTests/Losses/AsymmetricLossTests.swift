import LossRegistry
import Losses
import Testing

/// What is particular to `AsymmetricLoss`. Expected values are of 60 digits.
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
}
