import LossRegistry
import Losses
import Testing

/// A mean is divided by the sum of its weights, so it depends on their ratios alone, however small or large they are.
struct WeightMagnitudeTests {
  private static let scores: Tensor<Double> = [[1, 2, 0.5], [0.3, -1, 2]]
  private static let labels: Tensor<Int> = [1, 0]

  /// Powers of two that products or sums of weights leave the range of the type with.
  static let doubles = [
    (-1070, 0), (0, -1070), (-600, -600), (-1000, 1000), (700, 600), (1022, 0), (0, 1022),
  ]
  static let floats = [(-147, 0), (0, -147), (-140, -140), (-100, 100), (120, 120), (126, 0), (0, 126)]

  private func power<S: LossScalar>(_ exponent: Int) -> S {
    S(sign: .plus, exponent: S.Exponent(exponent), significand: 1)
  }

  private func expectMean<S: LossScalar>(classes: Int, samples: Int, in _: S.Type) throws {
    let (scores, comment) = (Tensor<S>(Self.scores), "2^\(classes), 2^\(samples)")
    let weight = Tensor<S>([3, 1, 2]) * power(classes)
    let sampleWeight = Tensor<S>([1, 0.5]) * power(samples)
    let smoothed = try CrossEntropyLoss(labelSmoothing: 0.1)(
      scores, target: Self.labels, weight: weight, sampleWeight: sampleWeight)
    let value: Tensor<Double> = Tensor(1.3775543096036307)
    let gradient: Tensor<Double> = [
      [0.061738514953745588, -0.096779376880157853, 0.035040861926412265],
      [-0.47402923152715119, 0.016763101013750781, 0.4572661305134004],
    ]
    expectClose(smoothed.value(), value, ulps: 8, comment)
    expectClose(smoothed.backward(), gradient, ulps: 8, comment)
    let linear = try LinearCrossEntropyLoss(labelSmoothing: 0.1)(
      scores, linearWeight: Tensor<S>([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), target: Self.labels, weight: weight,
      sampleWeight: sampleWeight)
    expectClose(linear.value(), value, ulps: 8, comment)
    expectClose(linear.gradients().input, gradient, ulps: 8, comment)
    let whole = try CrossEntropyLoss()(
      scores, target: Self.labels, weight: Tensor(repeating: power(classes), shape: [3]),
      sampleWeight: Tensor(repeating: power(samples), shape: [2]))
    expectClose(whole.value(), Tensor(1.1866947753265025), ulps: 8, comment)
  }

  @Test(arguments: doubles) func classesAndSamples(classes: Int, samples: Int) throws {
    try expectMean(classes: classes, samples: samples, in: Double.self)
  }

  @Test(arguments: floats) func classesAndSamplesInFloat(classes: Int, samples: Int) throws {
    try expectMean(classes: classes, samples: samples, in: Float.self)
  }

  private func expectMeanOfElements<S: LossScalar>(_ exponent: Int, in _: S.Type, isMasked: Bool) throws {
    let (input, target): (Tensor<S>, Tensor<S>) = (Tensor([3, -1, 8]), Tensor([1, 0, 8]))
    var weight = Tensor<S>([1, 2, 1]) * power(exponent)
    // What is out may be anything.
    if isMasked { weight[2] = power(3) }
    let loss = try MSELoss()(
      input, target: target, weight: weight, mask: isMasked ? [true, true, false] : nil)
    let count = isMasked ? 3.0 : 4.0
    expectClose(loss.value(), Tensor(6 / count), ulps: 4)
    expectClose(loss.backward(), Tensor([4 / count, -4 / count, 0]), ulps: 4)
    if S(count) * power(exponent) < .infinity {
      #expect(loss.denominator == Double(S(count) * power(exponent)))
    }
  }

  @Test(arguments: [-149, -130, -50, 0, 60, 126], [false, true])
  func elements(_ exponent: Int, isMasked: Bool) throws {
    try expectMeanOfElements(exponent, in: Float.self, isMasked: isMasked && exponent > -20 && exponent < 50)
    try expectMeanOfElements(exponent * 7, in: Double.self, isMasked: false)
    if exponent >= -130 { try expectMeanOfElements(exponent, in: BFloat16.self, isMasked: false) }
  }

  /// The weights of samples alone, of losses over vectors and sequences.
  @Test(arguments: [-1070, 1022]) func samples(_ exponent: Int) throws {
    let sampleWeight = Tensor<Double>([1, 1]) * power(exponent)
    let distance = try CosineEmbeddingLoss()(
      [[1, 0], [1, 1]] as Tensor<Double>, input2: [[0, 1], [1, 1]], target: [1, -1],
      sampleWeight: sampleWeight)
    // Less than 1 by half of what eps takes from the cosine of equal vectors.
    expectClose(distance.value(), Tensor(0.99999999999975), ulps: 4)
    let scores = Tensor<Double>.zeros([1, 2, 2])
    let sequences = try CTCLoss()(
      scores, targets: [[1], [1]] as Tensor<Int>, inputLengths: [1, 1] as Tensor<Int>,
      targetLengths: [1, 1] as Tensor<Int>, sampleWeight: sampleWeight)
    #expect(sequences.value().item == 0)
    let areFinite = sequences.backward().scalars.allSatisfy(\.isFinite)
    #expect(areFinite)
  }
}
