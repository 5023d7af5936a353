import LossRegistry
import Losses
import Testing

// Other losses and functions that cross entropy is made of.
extension CrossEntropyLossTests {
  /// Both sides are a few roundings away from the truth: 32 ulp of the scale.
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
    let logProbabilities = try logSoftmax(sample.input).value()
    try expectClose(
      crossEntropy(sample.input, target: sample.labels, weight: sample.weight).value(),
      nll(logProbabilities, target: sample.labels, weight: sample.weight).value(), ulps: Self.ulps)

    let outer = try nll(logProbabilities, target: sample.labels, weight: sample.weight).backward(
      upstream: sample.upstream)
    try expectClose(
      crossEntropy(sample.input, target: sample.labels, weight: sample.weight).backward(
        upstream: sample.upstream),
      logSoftmax(sample.input).backward(upstream: outer), ulps: Self.ulps)
  }

  @Test(arguments: shapes, [0, 0.3, 1])
  func oneHotProbabilitiesAreLabels(_ shape: Shape, _ smoothing: Double) throws {
    let sample = Classes(shape)
    let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
    for weight in [nil, sample.weight] {
      let labelled = try loss(sample.input, target: sample.labels, weight: weight).valueWithGradient(
        upstream: sample.upstream)
      let soft = try loss(sample.input, target: sample.oneHot, weight: weight).valueWithGradient(
        upstream: sample.upstream)
      expectClose(soft.value, labelled.value, ulps: Self.ulps)
      expectClose(soft.gradient, labelled.gradient, ulps: Self.ulps)
    }
    // Means differ where there are weights: one divides by their sum, the other by the number of samples.
    var mean = loss
    mean.reduction = .mean
    try expectClose(
      mean(sample.input, target: sample.oneHot).value(), mean(sample.input, target: sample.labels).value(),
      ulps: Self.ulps)
  }

  @Test func gradientOfTheMeanIsSoftmaxLessOneHot() throws {
    let sample = Classes([5, 4])
    let softmax = try Softmax(axis: 1)(sample.input).value()
    let expected = Tensor(shape: [5, 4]) { (softmax[$0] - sample.oneHot[$0]) / 5 }
    try expectClose(
      CrossEntropyLoss()(sample.input, target: sample.labels).backward(), expected, ulps: Self.ulps)
  }

  /// A loss over [N, C, d…] is one over [N · d…, C], with the class axis last.
  @Test(arguments: [[3, 4, 2], [2, 3, 2, 3]] as [Shape])
  func furtherAxesAreSamples(_ shape: Shape) throws {
    let sample = Classes(shape)
    let order = Shape([0] + (2..<shape.count) + [1])
    let rows = sample.input.permuted(order).reshaped(to: [sample.labels.count, shape[1]])
    let loss = CrossEntropyLoss(labelSmoothing: 0.1)
    let whole = try loss(sample.input, target: sample.labels, weight: sample.weight).valueWithGradient()
    let flat = try loss(rows, target: sample.labels.flattened(), weight: sample.weight).valueWithGradient()
    expectClose(whole.value, flat.value, ulps: Self.ulps)
    expectClose(whole.gradient.permuted(order).reshaped(to: rows.shape), flat.gradient, ulps: Self.ulps)
  }

  /// Cross entropy is the logarithm of the sum less the score of the label.
  @Test func crossEntropyIsLogSumExpLessScore() throws {
    let input = Tensor<Double>.random(in: -4..<4, [6, 5], seed: 90)
    let labels = Tensor<Int>.random(in: 0..<5, [6], seed: 89)
    let sums = try LogSumExp(axis: 1)(input).value()
    let expected = Tensor(shape: [6]) { sums[$0] - input[$0[0], labels[$0]] }
    try expectClose(
      CrossEntropyLoss(reduction: .none)(input, target: labels).value(), expected, ulps: Self.ulps, scale: 8)
  }
}
