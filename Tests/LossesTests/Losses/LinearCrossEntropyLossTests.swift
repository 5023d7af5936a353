import LossRegistry
import Losses
import Testing

/// The loss of a layer's scores, in blocks, against ``CrossEntropyLoss`` of all scores at once.
struct LinearCrossEntropyLossTests {
  /// More rows than a block has at the smallest limits, and more features than a block of the depth.
  private struct Layer {
    let input: Tensor<Double>
    let weight: Tensor<Double>
    let bias: Tensor<Double>

    init(rows: Int = 37, features: Int = 270, classes: Int = 21) {
      input = .random(in: -1..<1, [rows, features], seed: 1)
      weight = .random(in: -0.2..<0.2, [classes, features], seed: 2)
      bias = .random(in: -1..<1, [classes], seed: 3)
    }

    /// The plain product, in order.
    var scores: Tensor<Double> {
      Tensor(shape: [input.shape[0], weight.shape[0]]) { index in
        (0..<input.shape[1]).reduce(bias[index[1]]) { $0 + input[index[0], $1] * weight[index[1], $1] }
      }
    }

    /// The gradients of the layer for the gradient with respect to the scores.
    func gradients(_ scores: Tensor<Double>) -> LinearGradient<Double> {
      let (rows, classes) = (input.shape[0], weight.shape[0])
      return LinearGradient(
        input: Tensor(shape: input.shape) { index in
          (0..<classes).reduce(0) { $0 + scores[index[0], $1] * weight[$1, index[1]] }
        },
        linearWeight: Tensor(shape: weight.shape) { index in
          (0..<rows).reduce(0) { $0 + scores[$1, index[0]] * input[$1, index[1]] }
        },
        linearBias: Tensor(shape: bias.shape) { index in (0..<rows).reduce(0) { $0 + scores[$1, index[0]] } })
    }
  }

  private let layer = Layer()
  private let labels = Tensor(
    Tensor<Int>.random(in: 0..<21, [37], seed: 4).scalars.enumerated().map {
      $0.isMultiple(of: 5) ? -100 : $1
    })

  /// Sums of some hundred terms in another order: 1000 ulp.
  private func expectClose(_ gradient: LinearGradient<Double>, _ expected: LinearGradient<Double>) {
    LossesTests.expectClose(gradient.input, expected.input, ulps: 1000, "input")
    LossesTests.expectClose(gradient.linearWeight, expected.linearWeight, ulps: 1000, "linearWeight")
    LossesTests.expectClose(gradient.linearBias!, expected.linearBias!, ulps: 1000, "linearBias")
  }

  @Test(arguments: [1, 1 << 12, 1 << 16, 32 << 20])
  func blocksOfAnySizeGiveTheSame(memoryLimit: Int) throws {
    let expected = try CrossEntropyLoss(labelSmoothing: 0.1)(layer.scores, target: labels).valueWithGradient()
    let loss = try LinearCrossEntropyLoss(labelSmoothing: 0.1, memoryLimit: memoryLimit)(
      layer.input, linearWeight: layer.weight, linearBias: layer.bias, target: labels)
    let (value, gradient) = loss.valueWithGradient()
    LossesTests.expectClose(value, expected.value, ulps: 64)
    expectClose(gradient, layer.gradients(expected.gradient))
  }

  @Test(arguments: [1, 32 << 20])
  func probabilitiesInBlocks(memoryLimit: Int) throws {
    let target = Tensor<Double>.random(in: 0..<1, [37, 21], seed: 5)
    let expected = try CrossEntropyLoss()(layer.scores, target: target).gradients()
    let gradients = try LinearCrossEntropyLoss(memoryLimit: memoryLimit)(
      layer.input, linearWeight: layer.weight, linearBias: layer.bias, target: target
    ).gradients()
    LossesTests.expectClose(gradients.target, expected.target, ulps: 1000)
    expectClose(
      LinearGradient(
        input: gradients.input, linearWeight: gradients.linearWeight, linearBias: gradients.linearBias),
      layer.gradients(expected.input))
  }

  /// The gradient of a batch is the sum of those of its parts.
  @Test func microBatchesAccumulate() throws {
    let loss = LinearCrossEntropyLoss(reduction: .sum)
    let whole = try loss(
      layer.input, linearWeight: layer.weight, linearBias: layer.bias, target: labels
    ).backward()
    var sum = LinearGradient(
      input: Tensor<Double>.zeros([1, 270]), linearWeight: .zeros([21, 270]), linearBias: .zeros([21]))
    for row in 0..<37 {
      try loss(
        layer.input[row..<row + 1], linearWeight: layer.weight, linearBias: layer.bias,
        target: labels[row..<row + 1]
      ).valueWithGradient(addingTo: &sum)
    }
    LossesTests.expectClose(sum.linearWeight, whole.linearWeight, ulps: 1000)
    LossesTests.expectClose(sum.linearBias!, whole.linearBias!, ulps: 1000)
  }

  /// A weight gradient that is too large for sums of its own: added to in its place, and in half precision made for
  /// some classes after the others.
  @Test func largeWeightGradients() throws {
    let layer = Layer(rows: 5, features: 600, classes: 3001)
    let labels: Tensor<Int> = [0, 3000, 3, -100, 1700]
    func gradient<S: LossScalar>(
      _: S.Type, memoryLimit: Int, old: Tensor<S>? = nil
    ) throws -> LinearGradient<S> {
      let loss = try LinearCrossEntropyLoss(memoryLimit: memoryLimit)(
        Tensor<S>(layer.input), linearWeight: Tensor<S>(layer.weight), target: labels)
      guard let old else { return loss.backward() }
      var sum = LinearGradient(input: Tensor<S>.zeros([5, 600]), linearWeight: old)
      try loss.valueWithGradient(addingTo: &sum)
      return sum
    }
    func expectParts<S: LossScalar>(_: S.Type) throws {
      let whole = try gradient(S.self, memoryLimit: 1 << 30)
      let parts = try gradient(S.self, memoryLimit: 1)
      // The blocks of rows are others too: a sum may be rounded otherwise.
      LossesTests.expectClose(parts.linearWeight, Tensor<Double>(whole.linearWeight), ulps: 2)
      LossesTests.expectClose(parts.input, Tensor<Double>(whole.input), ulps: 2)
      let zeros = Tensor<S>.zeros(layer.weight.shape)
      let added = try gradient(S.self, memoryLimit: 1, old: zeros)
      #expect(added.linearWeight == parts.linearWeight)
    }
    try expectParts(Half.self)
    try expectParts(BFloat16.self)

    let old = Tensor<Double>.random(in: -1..<1, [3001, 600], seed: 6)
    let fresh = try gradient(Double.self, memoryLimit: 1)
    let added = try gradient(Double.self, memoryLimit: 1, old: old)
    LossesTests.expectClose(added.linearWeight, old + fresh.linearWeight, ulps: 16)
  }

  /// Rows that do not count may hold anything.
  @Test(arguments: [Double.nan, .infinity, .greatestFiniteMagnitude])
  func contentsOfRowsThatDoNotCount(rubbish: Double) throws {
    let out = [0, 5, 7, 9]
    var input = layer.input
    for row in out { for feature in 0..<270 { input[row, feature] = rubbish } }
    var sampleWeights = Tensor<Double>.random(in: 0.5..<2, [37], seed: 7)
    sampleWeights[7] = 0
    let mask = Tensor((0..<37).map { $0 != 9 })
    func results(_ input: Tensor<Double>) throws -> (value: Tensor<Double>, gradient: LinearGradient<Double>)
    {
      try LinearCrossEntropyLoss()(
        input, linearWeight: layer.weight, linearBias: layer.bias, target: labels,
        sampleWeight: sampleWeights,
        mask: mask
      ).valueWithGradient()
    }
    let (value, gradient) = try results(input)
    let expected = try results(layer.input)
    expectSameBits(value, expected.value)
    expectSameBits(gradient.input, expected.gradient.input)
    expectSameBits(gradient.linearWeight, expected.gradient.linearWeight)
    expectSameBits(gradient.linearBias!, expected.gradient.linearBias!)
    for row in out { #expect(gradient.input[row, .all] == .zeros([270])) }
  }

  /// A buffer has a bias where the layer has one, and only there.
  @Test func buffersHaveTheLayersParts() throws {
    let loss = LinearCrossEntropyLoss()
    let without = try loss(layer.input, linearWeight: layer.weight, target: labels)
    let with = try loss(layer.input, linearWeight: layer.weight, linearBias: layer.bias, target: labels)
    let input = Tensor<Double>.zeros(layer.input.shape)
    let weight = Tensor<Double>.zeros(layer.weight.shape)
    var buffer = LinearGradient(input: input, linearWeight: weight)
    #expect(throws: LossError.shapeMismatch(argument: "gradient.linearBias", shape: [0], expected: [21])) {
      try with.valueWithGradient(into: &buffer)
    }
    buffer.linearBias = .zeros([21])
    #expect(throws: LossError.shapeMismatch(argument: "gradient.linearBias", shape: [21], expected: [0])) {
      try without.valueWithGradient(into: &buffer)
    }
    #expect(buffer == LinearGradient(input: input, linearWeight: weight, linearBias: .zeros([21])))
  }
}
