import LossRegistry
import Losses
import Testing

/// A mean is divided by the sum of its weights, so it depends on their ratios alone, however small or large they are.
struct WeightMagnitudeTests {
  private static let scores: Tensor<Double> = [[1, 2, 0.5], [0.3, -1, 2]]
  private static let labels: Tensor<Int> = [1, 0]
  private static let weight: Tensor<Double> = [3, 1, 2]
  private static let sampleWeight: Tensor<Double> = [1, 0.5]

  /// Powers of two that products or sums of weights leave the range of the type with.
  static let doubles = [
    (-1070, 0), (0, -1070), (-600, -600), (-1000, 1000), (700, 600), (1022, 0), (0, 1022),
  ]
  static let floats = [(-147, 0), (0, -147), (-140, -140), (-100, 100), (120, 120), (126, 0), (0, 126)]

  private func power<S: LossScalar>(_ exponent: Int) -> S {
    S(sign: .plus, exponent: S.Exponent(exponent), significand: 1)
  }

  /// Expects the mean of weights times powers of two to be that of the weights alone.
  private func expectMean<S: LossScalar>(classes: Int, samples: Int, in _: S.Type) throws {
    let (scores, comment) = (Tensor<S>(Self.scores), "2^\(classes), 2^\(samples)")
    let weight = Tensor<S>(Self.weight) * power(classes)
    let sampleWeight = Tensor<S>(Self.sampleWeight) * power(samples)
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let expected = try loss(
      Self.scores, target: Self.labels, weight: Self.weight, sampleWeight: Self.sampleWeight
    ).valueWithGradient()
    let smoothed = try loss(scores, target: Self.labels, weight: weight, sampleWeight: sampleWeight)
    expectClose(smoothed.value(), expected.value, ulps: 8, comment)
    expectClose(smoothed.backward(), expected.gradient, ulps: 8, comment)
    let linear = try LinearCrossEntropyLoss(labelSmoothing: 0.1)(
      scores, linearWeight: Tensor<S>([[1, 0, 0], [0, 1, 0], [0, 0, 1]]), target: Self.labels, weight: weight,
      sampleWeight: sampleWeight)
    expectClose(linear.value(), expected.value, ulps: 8, comment)
    expectClose(linear.gradients().input, expected.gradient, ulps: 8, comment)
    let whole = try CrossEntropyLoss()(
      scores, target: Self.labels, weight: Tensor(repeating: power(classes), shape: [3]),
      sampleWeight: Tensor(repeating: power(samples), shape: [2]))
    let unweighted = try CrossEntropyLoss()(Self.scores, target: Self.labels)
    expectClose(whole.value(), unweighted.value(), ulps: 8, comment)
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
    if isMasked { weight[2] = .nan }
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
    try expectMeanOfElements(exponent, in: Float.self, isMasked: isMasked)
    try expectMeanOfElements(exponent * 7, in: Double.self, isMasked: isMasked)
    if exponent >= -130 { try expectMeanOfElements(exponent, in: BFloat16.self, isMasked: isMasked) }
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
    let vectors: Tensor<Double> = [[1, 0], [0, 1]]
    let contrastive = try InfoNCELoss()(vectors, positive: vectors, sampleWeight: sampleWeight)
    // log(1 + e⁻¹⁰), and 5/(1 + e¹⁰) across each vector
    expectClose(contrastive.value(), Tensor(4.5398899216864647e-5), ulps: 4)
    let slope = 2.2698934351217197e-4
    expectClose(contrastive.gradients().query, Tensor([[0, slope], [slope, 0]]), ulps: 4)
    let cosines = try CosFaceLoss(margin: 0, scale: 1)(
      vectors, classWeights: vectors, target: [0, 1] as Tensor<Int>, sampleWeight: sampleWeight)
    // log(1 + e⁻¹), and ½/(1 + e) across each vector
    expectClose(cosines.value(), Tensor(0.31326168751822283), ulps: 4)
    let share = 0.13447071068499756
    expectClose(cosines.gradients().input, Tensor([[0, share], [share, 0]]), ulps: 4)
  }

  /// A weight that is lost beside another one is not 0: what it weighs counts.
  @Test func weightsBesideMuchLargerOnes() throws {
    let weights: Tensor<Double> = [1e300, 1e-300]
    let broken: Tensor<Double> = [[1, 0], [.nan, 1]]
    func isNaN(_ evaluation: some Evaluation<Double, Tensor<Double>, some Sendable>) -> Bool {
      let (value, gradient) = evaluation.valueWithGradient()
      return value.item.isNaN && gradient[1, 0].isNaN && !gradient[0, 0].isNaN
    }
    let labels: Tensor<Int> = [0, 1]
    let columns = try CrossEntropyLoss()(broken, target: labels, sampleWeight: weights)
    let margins = try MultiMarginLoss()(broken, target: labels, sampleWeight: weights)
    #expect(isNaN(columns) && isNaN(margins))
    let rows = try CosineEmbeddingLoss()(
      broken, input2: [[0, 1], [1, 1]], target: [1, 1], sampleWeight: weights)
    #expect(rows.value().item.isNaN)
    // A class that is impossible, at its label.
    let scores: Tensor<Double> = [[0, 0], [0, -.infinity]]
    let impossible = try CrossEntropyLoss()(scores, target: labels, weight: weights).value()
    #expect(impossible.item == .infinity)
  }

  private func expectLossOfRegions<S: LossScalar>(_ exponent: Int, in _: S.Type) throws {
    let weight: S = power(exponent)
    let loss = try GeneralizedDiceLoss(smoothing: 0, fromLogits: false)(
      Tensor<S>([[[0.5, 0.25], [0.5, 0.75]]]), target: [[0, 1]] as Tensor<Int>,
      sampleWeight: Tensor([[weight, weight]]))
    // Both classes have one position. ΣI = 5/4 and Σ(F + M) = 3/2 make D = 4, so ∂/∂I = −2·(3/8)/4 and
    // ∂/∂F = ∂/∂M = (5/8)/4.
    expectClose(loss.value(), Tensor(3.0 / 8), ulps: 4)
    expectClose(loss.backward(), [[[-0.34375, 0.15625], [0.15625, -0.34375]]], ulps: 4)
  }

  /// Without smoothing, the weights of positions are free to be multiplied where classes are weighed by their sizes.
  @Test(arguments: [-140, -130, 0, 100]) func regions(_ exponent: Int) throws {
    try expectLossOfRegions(exponent, in: Float.self)
    try expectLossOfRegions(exponent * 7, in: Double.self)
    try expectLossOfRegions(-1060, in: Double.self)
    if exponent >= -130 { try expectLossOfRegions(exponent, in: BFloat16.self) }
  }

  /// A z-loss has no weight, so weights are not free to be multiplied. λ·log² 2 is λ·0.48045301391820142.
  @Test(arguments: [(1e20, 0.69314718055994531), (1e-20, 0.48045301391820142e20)])
  func besideTermsWithoutWeight(_ weight: Double, expected: Double) throws {
    let weights = Tensor<Float>(repeating: Float(weight), shape: [2])
    let loss = CrossEntropyLoss(zLoss: 1)
    expectClose(
      try loss([[0, 0]] as Tensor<Float>, target: [0] as Tensor<Int>, weight: weights).value(),
      Tensor(expected), ulps: 4)
    let linear = LinearCrossEntropyLoss(zLoss: 1)
    expectClose(
      try linear(
        [[0]] as Tensor<Float>, linearWeight: [[1], [1]], target: [0] as Tensor<Int>, weight: weights
      ).value(), Tensor(expected), ulps: 4)
  }

  /// What an element counts for is the product of its weight and of a scale, neither of which need be in range.
  @Test func scalesOutOfRange() throws {
    func gradient(
      _ input: Float, _ weight: Float?, upstream: Float? = nil, _ reduction: Reduction = .mean
    ) throws -> Tensor<Float> {
      try MSELoss(reduction: reduction)(Tensor([input]), target: [0], weight: weight.map { Tensor([$0]) })
        .backward(upstream: upstream.map { Tensor($0) })
    }
    expectClose(try gradient(1e-30, 1e18), [2e-30], ulps: 4)
    expectClose(try gradient(1e30, 1e-9), [2e30], ulps: 4)
    expectClose(try gradient(1, 1e18, upstream: 1e-30), [2e-30], ulps: 4)
    #expect(try gradient(0, 1e-9, upstream: 1e30) == [0])
    expectClose(try gradient(1e15, 1e-15, .sumDivided(by: 1e30)), [2e-30], ulps: 4)
    expectClose(try gradient(1e15, 1e-20, upstream: 1e-30, .sum), [2e-35], ulps: 4)
    expectClose(try gradient(1e-20, 1e30, upstream: 1e20, .sum), [2e30], ulps: 4)
    #expect(try gradient(1e15, 0, .sumDivided(by: 1e30)) == [0])
    #expect(try gradient(0, nil, .sumDivided(by: 1e-39)) == [0])
    expectClose(try gradient(1e-20, nil, .sumDivided(by: 1e-39)), [2e19], ulps: 4)
    expectClose(try gradient(1e20, nil, upstream: 1e-10, .sumDivided(by: 1e35)), [2e-25], ulps: 4)
  }
}
