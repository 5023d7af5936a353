import LossRegistry
import Losses
import Testing

/// What is particular to `FocalLoss`. The expected values are the formula's, computed by mpmath with 1500 digits.
struct FocalLossTests {
  private static let scores = Tensor<Float>.init(Tensor<Double>.random(in: -5..<5, [40, 7], seed: 1))
  private static let labels = Tensor<Int>.random(in: 0..<7, [40], seed: 2)
  private static let weight: Tensor<Float> = [1, 2, 0.5, 1, 3, 0.25, 1]

  /// Powers are e^(γ·log q), with γ·log q of up to 20 and log q of up to 2000: half an ulp of the one, and γ times half an ulp
  /// of the other, are 8 ulp of 1 each. The exponential of −30 in a softmax has an error of some 10, since that grows with
  /// the exponent, and is taken to the power of 1.5.
  private static let ulps = 31.0

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
    expectClose(value[..<1], [2.862518580549125781e-20], ulps: Self.ulps)
    expectClose(
      gradient[..<1, .all], [[-4.293777870823420807e-20, 4.293777870823420807e-20]], ulps: Self.ulps)
    #expect(value[1] == 0)
    #expect(gradient[1, .all] == [0, 0])
    let smoothed = try FocalLoss(gamma: 0.5, labelSmoothing: 0.1)(scores, target: [0, 0] as Tensor<Int>)
    #expect(smoothed.backward().scalars.allSatisfy { $0.isFinite })
    // So far apart that no number holds the difference, as if the smaller scores were −∞.
    let apart = try FocalLoss(labelSmoothing: 0.1)([1e308, -1e308] as Tensor<Double>, target: Tensor<Int>(0))
    #expect(apart.backward() == [0, 0])
  }

  /// A small power of 1 − p counts where 1 − p itself is too small a number: the smoothed cross entropy is large there.
  @Test func smoothingOfLabelsAllButCertain() throws {
    func expect<S: LossScalar>(
      _ scores: Tensor<S>, gamma: Double, smoothing: Double, value: Double, gradient: Tensor<Double>
    ) throws {
      let loss = FocalLoss(gamma: gamma, labelSmoothing: smoothing, reduction: .none)
      // The second sample is ignored, and the third an ordinary one that must not notice.
      let batch = Tensor<S>([scores.scalars, scores.scalars, [0, 1, 2]])
      let labels: Tensor<Int> = [0, -100, 0]
      let found = try loss(batch, target: labels).valueWithGradient()
      expectClose(found.value[..<1], Tensor([value]), ulps: Self.ulps)
      expectClose(found.gradient[0, .all], gradient, ulps: Self.ulps)
      #expect(found.gradient[1, .all] == [0, 0, 0])
      let ordinary = try loss(batch[2..<3, .all], target: labels[2..<3]).valueWithGradient()
      expectSameBits(found.value[2..<3], ordinary.value)
      expectSameBits(found.gradient[2..<3, .all], ordinary.gradient)
      let transposed = try FocalLoss(
        gamma: gamma, labelSmoothing: smoothing, reduction: .none, classAxis: 0)(
          batch.transposed().contiguous(), target: labels
        ).backward()
      expectClose(transposed[.all, 0], gradient, ulps: Self.ulps)
    }
    try expect(
      [150, 0, -1] as Tensor<Float>, gamma: 0.1, smoothing: 0.1, value: 3.1668886573513641e-6,
      gradient: [-2.9564641618462903e-7, 2.2099688727702359e-7, 7.4649528907605435e-8])
    try expect(
      [90, 0, 3] as Tensor<Float>, gamma: 0.05, smoothing: 0.2, value: 0.15267083186500391,
      gradient: [-0.0059084474478829203, -0.00050051969718647307, 0.0064089671450693933])
    try expect(
      [95, 0, 0] as Tensor<Float>, gamma: 0.5, smoothing: 0.1, value: 2.1045509956638154e-20,
      gradient: [-1.0301223294564991e-20, 5.1506116472824956e-21, 5.1506116472824956e-21])
    try expect(
      [2000, 0, 1000] as Tensor<Double>, gamma: 0.01, smoothing: 0.25, value: 0.011349982440621211,
      gradient: [-0.00010593316944579797, -3.7833274802070702e-6, 0.00010971649692600504])
  }
}
