import LossRegistry
import Losses
import Testing

/// Probabilities whose quotients are far beyond the range of `Double`.
struct CTCRangeTests {
  private static let frames = 6

  private func expectSumsInLogarithms(
    _ batch: SequenceBatch<Double>, _ input: CTCLoss.Input, magnitude: Double,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let loss = CTCLoss(reduction: .none, input: input)
    let batch = input == .logits ? batch : try batch.normalized()
    let upstream = Tensor<Double>.random(in: -2..<2, [batch.labels.count], seed: 121)
    let expected = batch.expected(loss, upstream: upstream) { PlainCTC(statesOf: $0, labels: $1, blank: $2) }
    let (value, gradient) = try loss(batch).valueWithGradient(upstream: upstream)
    // The logarithms of the expected results are sums of this magnitude, and rounded a few times in every step.
    let ulps = 4 * Double(batch.input.shape[0])
    expectClose(value, expected.value, ulps: ulps, scale: magnitude, sourceLocation: sourceLocation)
    expectClose(gradient, expected.gradient, ulps: ulps, scale: magnitude, sourceLocation: sourceLocation)
    try expectSameBits(loss(batch).value(), value, sourceLocation: sourceLocation)

    // A gradient that is computed once more, in wider numbers, is added only once.
    var buffer = Tensor<Double>.ones(gradient.shape)
    try loss(batch).valueWithGradient(addingTo: &buffer, upstream: upstream)
    expectSameBits(buffer, gradient.map { 1 + $0 }, sourceLocation: sourceLocation)
  }

  /// Log-probabilities are multiples of a step, so that some paths are equally good and most are hopeless, such as those
  /// that begin badly and end well.
  @Test(arguments: CTCLoss.Input.allCases, [50, 200, 300, 400, 700, 1500, 20_000] as [Double])
  func pathsThatEndBetterThanTheyBegin(_ input: CTCLoss.Input, _ step: Double) throws {
    var batch = SequenceBatch.random(
      frames: Self.frames, classes: 4, labelCounts: (0..<200).map { $0 % 5 }, range: -1..<1, seed: 122)
    let levels = Tensor<Int>.random(in: -4..<1, batch.input.shape, seed: 123)
    batch.input = Tensor(shape: batch.input.shape) { batch.input[$0] + step * Double(levels[$0]) }
    batch.inputLengths = batch.labels.indices.map { Self.frames - $0 % 3 }
    try expectSumsInLogarithms(batch, input, magnitude: 4 * Double(Self.frames) * step)
  }

  /// Two paths out of three have a class in the last frame that is e¹⁰⁵⁰ times less probable than another.
  @Test(arguments: CTCLoss.Input.allCases)
  func classesThatVanishBesideOthers(_ input: CTCLoss.Input) throws {
    let frames: [[Double]] = [[-700, -1050, -700], [-700, -350, 0], [-700, -1050, 0]]
    let batch = SequenceBatch(Tensor(frames.flatMap(\.self), shape: [3, 1, 3]), labels: [[2, 1]])
    try expectSumsInLogarithms(batch, input, magnitude: 1750)
    let loss = CTCLoss(reduction: .none)
    // The paths 022, 221 and 210.
    expectClose(try loss(batch).value(), [1748.90138771133189], ulps: 4)
  }

  /// The paths that are best in every frame but the last hardly count in the end.
  @Test(
    arguments: CTCLoss.Input.allCases, [(10, 1), (10, 800), (100, 40), (500, 1)] as [(Int, Double)])
  func onlyTheLastFrameMatters(_ input: CTCLoss.Input, _ size: (frames: Int, step: Double)) throws {
    let (frames, step) = size
    let loss = 2 * step * Double(frames)
    let scores = Tensor<Double>(shape: [frames, 1, 3]) { place in
      if place[0] == frames - 1 { return place[2] == 0 ? 0 : -loss }
      return place[2] == (place[0] == 0 ? 1 : 0) ? -step : 0
    }
    for labels in [[1], [1, 2], [2, 1], []] {
      try expectSumsInLogarithms(SequenceBatch(scores, labels: [labels]), input, magnitude: 3 * loss)
    }
  }
}
