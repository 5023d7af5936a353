import Losses
import Testing

/// Losses that are one another in disguise. Both sides are a few roundings away from the truth: 32 ulp of the scale.
struct IdentityTests {
  private static let ulps = 32.0
  static let shapes: [Shape] = [[4], [5, 4], [3, 4, 2], [2, 3, 2, 3]]

  private struct Classes {
    let axis: Int
    let input: Tensor<Double>
    let labels: Tensor<Int>
    let weight: Tensor<Double>
    let upstream: Tensor<Double>

    init(_ shape: Shape) {
      axis = shape.count == 1 ? 0 : 1
      let sampleShape = shape.dropping(axis: axis)
      input = .random(in: -4..<4, shape, seed: 31)
      labels = .random(in: 0..<shape[axis], sampleShape, seed: 32)
      weight = .random(in: 0.2..<2, [shape[axis]], seed: 33)
      upstream = .random(in: -2..<2, sampleShape, seed: 34)
    }

    var oneHot: Tensor<Double> {
      Tensor(shape: input.shape) { labels[$0.dropping(axis: axis)] == $0[axis] ? 1 : 0 }
    }
  }

  @Test(arguments: shapes)
  func crossEntropyIsNLLOfLogSoftmax(_ shape: Shape) throws {
    let sample = Classes(shape)
    let (crossEntropy, nll) = (CrossEntropyLoss(reduction: .none), NLLLoss(reduction: .none))
    let logSoftmax = LogSoftmax(axis: sample.axis)
    let logProbabilities = try logSoftmax(sample.input)
    try expectClose(
      crossEntropy(sample.input, target: sample.labels, weight: sample.weight),
      nll(logProbabilities, target: sample.labels, weight: sample.weight), ulps: Self.ulps)

    let outer = try nll.backward(
      logProbabilities, target: sample.labels, weight: sample.weight, upstream: sample.upstream)
    try expectClose(
      crossEntropy.backward(
        sample.input, target: sample.labels, weight: sample.weight, upstream: sample.upstream),
      logSoftmax.backward(sample.input, upstream: outer), ulps: Self.ulps)
  }

  @Test(arguments: shapes, [0, 0.3, 1])
  func oneHotProbabilitiesAreLabels(_ shape: Shape, _ smoothing: Double) throws {
    let sample = Classes(shape)
    let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
    for weight in [nil, sample.weight] {
      let labelled = try loss.valueWithGradient(
        sample.input, target: sample.labels, weight: weight, upstream: sample.upstream)
      let soft = try loss.valueWithGradient(
        sample.input, target: sample.oneHot, weight: weight, upstream: sample.upstream)
      expectClose(soft.value, labelled.value, ulps: Self.ulps)
      expectClose(soft.gradient, labelled.gradient, ulps: Self.ulps)
    }
    // Means differ where there are weights: one divides by their sum, the other by the number of samples.
    var mean = loss
    mean.reduction = .mean
    try expectClose(
      mean(sample.input, target: sample.oneHot), mean(sample.input, target: sample.labels), ulps: Self.ulps)
  }

  @Test func gradientOfTheMeanIsSoftmaxLessOneHot() throws {
    let sample = Classes([5, 4])
    let softmax = try Softmax(axis: 1)(sample.input)
    let expected = Tensor(shape: [5, 4]) { (softmax[$0] - sample.oneHot[$0]) / 5 }
    try expectClose(
      CrossEntropyLoss().backward(sample.input, target: sample.labels), expected, ulps: Self.ulps)
  }

  /// A loss over [N, C, d…] is one over [N · d…, C], with the class axis last.
  @Test(arguments: [[3, 4, 2], [2, 3, 2, 3]] as [Shape])
  func furtherAxesAreSamples(_ shape: Shape) throws {
    let sample = Classes(shape)
    let order = Shape([0] + (2..<shape.count) + [1])
    let rows = sample.input.permuted(order).reshaped(to: [sample.labels.count, shape[1]])
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let whole = try loss.valueWithGradient(sample.input, target: sample.labels, weight: sample.weight)
    let flat = try loss.valueWithGradient(rows, target: sample.labels.flattened(), weight: sample.weight)
    expectClose(whole.value, flat.value, ulps: Self.ulps)
    expectClose(whole.gradient.permuted(order).reshaped(to: rows.shape), flat.gradient, ulps: Self.ulps)
  }

  @Test(arguments: [0.25, 1, 3])
  func huberIsSmoothL1TimesDelta(_ delta: Double) throws {
    let input = Tensor<Double>.random(in: -4..<4, [40], seed: 35)
    let target = Tensor<Double>.random(in: -4..<4, [40], seed: 36)
    let huber = HuberLoss(delta: delta, reduction: .none)
    let smooth = SmoothL1Loss(beta: delta, reduction: .none)
    try expectClose(
      huber(input, target: target), smooth(input, target: target).map { delta * $0 }, ulps: Self.ulps)
    let gradients = try huber.gradients(input, target: target, upstream: input)
    let expected = try smooth.gradients(input, target: target, upstream: input.map { delta * $0 })
    expectClose(gradients.input, expected.input, ulps: Self.ulps)
    expectClose(gradients.target, expected.target, ulps: Self.ulps)
  }

  @Test func smoothL1WithoutParabolaIsL1() throws {
    let input = Tensor<Float>([1, -2, 3, .infinity, 0, 1e-30])
    let target: Tensor<Float> = [1, 3, -0.5, 2, 1e-38, 0]
    let (smooth, l1) = (SmoothL1Loss(beta: 0, reduction: .none), L1Loss(reduction: .none))
    try expectSameBits(smooth(input, target: target), l1(input, target: target))
    let gradients = try smooth.gradients(input, target: target, upstream: target)
    let expected = try l1.gradients(input, target: target, upstream: target)
    expectSameBits(gradients.input, expected.input)
    expectSameBits(gradients.target, expected.target)
  }

  @Test func bceWithLogitsIsBCEOfSigmoid() throws {
    let logits = Tensor<Double>.random(in: -5..<5, [6, 4], seed: 37)
    let target = Tensor<Double>.random(in: 0..<1, [6, 4], seed: 38)
    let weight = Tensor<Double>.random(in: 0.2..<2, [4], seed: 39)
    let probabilities = Sigmoid()(logits)
    for reduction in [Reduction.none, .mean] {
      let upstream = reduction == .none ? logits : Tensor(-3)
      let (withLogits, bce) = (BCEWithLogitsLoss(reduction: reduction), BCELoss(reduction: reduction))
      try expectClose(
        withLogits(logits, target: target, weight: weight),
        bce(probabilities, target: target, weight: weight), ulps: Self.ulps)
      // 1 − σ(5) has lost eight bits.
      let outer = try bce.gradients(probabilities, target: target, weight: weight, upstream: upstream)
      let gradients = try withLogits.gradients(logits, target: target, weight: weight, upstream: upstream)
      try expectClose(gradients.input, Sigmoid().backward(logits, upstream: outer.input), ulps: 256)
      expectClose(gradients.target, outer.target, ulps: 256)
    }
  }

  /// Binary cross entropy is cross entropy of two classes, of which one has the score 0.
  @Test func bceWithLogitsIsCrossEntropyOfTwo() throws {
    let logits = Tensor<Double>.random(in: -5..<5, [20], seed: 40)
    let target = Tensor<Double>.random(in: 0..<1, [20], seed: 41)
    let pairs = Tensor(shape: [20, 2]) { $0[1] == 0 ? 0 : logits[$0[0]] }
    let shares = Tensor(shape: [20, 2]) { $0[1] == 0 ? 1 - target[$0[0]] : target[$0[0]] }
    let (value, gradient) = try CrossEntropyLoss().valueWithGradient(pairs, target: shares)
    let expected = try BCEWithLogitsLoss().valueWithGradient(logits, target: target)
    expectClose(value, expected.value, ulps: Self.ulps)
    expectClose(gradient.selecting(1, axis: 1), expected.gradient, ulps: Self.ulps)
  }
}
