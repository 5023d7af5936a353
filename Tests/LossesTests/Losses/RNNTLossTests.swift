import Foundation
import LossRegistry
import Losses
import Testing

struct RNNTLossTests {
  private static func random(_ shape: Shape, in range: Range<Double> = -3..<3, seed: UInt64) -> Tensor<Double>
  {
    .random(in: range, shape, seed: seed)
  }

  private static func results<S: LossScalar>(
    _ loss: RNNTLoss, _ logits: Tensor<S>, _ labels: [[Int]], frames: [Int]? = nil, lengths: [Int]? = nil,
    upstream: Tensor<S>? = nil
  ) throws -> (value: Tensor<S>, gradient: Tensor<S>) {
    let (samples, width) = (labels.count, labels[0].count)
    return try loss(
      logits, targets: Tensor(labels.flatMap(\.self), shape: [samples, width]),
      logitLengths: Tensor(frames ?? labels.map { _ in logits.shape[1] }),
      targetLengths: Tensor(lengths ?? labels.map(\.count))
    ).valueWithGradient(upstream: upstream)
  }

  /// All ways to emit the labels, one by one: 1e-13 of the largest number.
  @Test(arguments: [
    (frames: 4, labels: [1, 0, 2], classes: 4, blank: 3), (3, [2, 2, 1, 2], 3, 0), (1, [0, 1, 1], 2, -1),
    (5, [], 3, 1), (6, [1], 2, 0), (2, [1, 1], 3, 1), (3, [0, 0], 1, 0),
  ])
  func sumOfAllWays(_ frames: Int, _ labels: [Int], _ classes: Int, _ blank: Int) throws {
    let logits = Self.random([1, frames, labels.count + 1, classes], seed: 7)
    let (value, gradient) = try Self.results(RNNTLoss(blank: blank, reduction: .sum), logits, [labels])
    let logProbabilities = logits.logProbabilities(
      ofSample: 0, frames: frames, positions: labels.count + 1)
    let index = blank < 0 ? blank + classes : blank
    let plain = PlainRNNT(waysThrough: logProbabilities, labels: labels, blank: index)
    #expect(abs(value.item - plain.loss) < 1e-13 * max(1, plain.loss))
    for frame in 0..<frames {
      for position in 0...labels.count {
        let expected = plain.gradient(
          at: frame, position, logProbabilities[frame][position], labels: labels, blank: index)
        for (index, slope) in expected.enumerated() {
          #expect(abs(gradient[0, frame, position, index] - slope) < 1e-13)
        }
      }
    }
  }

  /// Where all classes are equally probable, each of the binomial number of ways has the probability V^−(T + U).
  @Test(arguments: [(1, 0, 1), (7, 3, 5), (40, 25, 2), (300, 200, 100)])
  func equalProbabilities(_ frames: Int, _ labels: Int, _ classes: Int) throws {
    let logits = Tensor<Double>.zeros([1, frames, labels + 1, classes])
    let (value, _) = try Self.results(RNNTLoss(), logits, [Array(repeating: 0, count: labels)])
    // The last step is a blank.
    let ways = (0..<labels).reduce(0) { $0 + log(Double(frames + $1)) - log(Double($1 + 1)) }
    let expected = Double(frames + labels) * log(Double(classes)) - ways
    #expect(abs(value.item - expected) < 1e-13 * max(1, expected))
  }

  /// The probabilities of long sequences are far below the least `Double`. The sum of the gradient at each row is 0.
  @Test func tinyProbabilities() throws {
    let logits = Self.random([1, 90, 31, 5], in: -60..<60, seed: 8)
    let labels = (0..<30).map { ($0 * 7) % 4 }
    let (value, gradient) = try Self.results(RNNTLoss(), logits, [labels])
    let plain = PlainRNNT(
      recurrencesOf: logits.logProbabilities(ofSample: 0, frames: 90, positions: 31), labels: labels, blank: 4
    )
    #expect(value.item > 1500)
    #expect(abs(value.item - plain.loss) < 1e-12 * plain.loss)
    for frame in 0..<90 {
      for position in 0..<31 {
        let row = (0..<5).map { gradient[0, frame, position, $0] }
        #expect(abs(row.reduce(0, +)) < 1e-14)
      }
    }
  }

  /// Where a prediction is nearly certain, its gradient is small, but not lost: the exponential of so small a logit may
  /// be wrong by some ulp.
  @Test func certainPredictions() throws {
    // One frame and no label: the loss is −log p(blank), its gradient p − 1 and p.
    let (value, gradient) = try Self.results(RNNTLoss(blank: 0), Tensor<Float>([[[[0, -18]]]]), [[]])
    expectClose(value, Tensor(1.5229979e-08), ulps: 16)
    expectClose(gradient, Tensor([[[[-1.5229979e-08, 1.5229979e-08]]]]), ulps: 16)
  }

  @Test func unusedFramesAndPositionsAreNotRead() throws {
    let logits = Self.random([2, 4, 3, 5], seed: 9)
    let labels = [[1, 2], [3, 0]]
    let (frames, lengths) = ([4, 2], [1, 2])
    func isUsed(_ index: Shape) -> Bool {
      index[1] < frames[index[0]] && index[2] <= lengths[index[0]]
    }
    let spoilt = Tensor(shape: logits.shape) { isUsed($0) ? logits[$0] : .nan }
    let upstream: Tensor<Double> = [0.5, -3]
    let loss = RNNTLoss(blank: 4, reduction: .none)
    let expected = try Self.results(
      loss, logits, labels, frames: frames, lengths: lengths, upstream: upstream)
    let actual = try Self.results(loss, spoilt, labels, frames: frames, lengths: lengths, upstream: upstream)
    #expect(actual.value == expected.value)
    #expect(actual.gradient == expected.gradient)
    for index in logits.shape.indices(where: { !isUsed($0) }) { #expect(actual.gradient[index] == 0) }
    // Each is the same alone, without what is not used.
    for sample in 0..<2 {
      let alone = try Self.results(
        loss, logits[sample..<sample + 1, 0..<frames[sample], 0...lengths[sample], .all],
        [Array(labels[sample].prefix(lengths[sample]))], upstream: upstream[sample..<sample + 1])
      #expect(alone.value[0] == expected.value[sample])
      for index in alone.gradient.shape.indices(where: { _ in true }) {
        #expect(alone.gradient[index] == expected.gradient[sample, index[1], index[2], index[3]])
      }
    }
  }

  @Test func withoutFrames() throws {
    let logits = Tensor<Double>(repeating: .nan, shape: [2, 3, 2, 2])
    let (value, gradient) = try Self.results(
      RNNTLoss(reduction: .none), logits, [[0], [1]], frames: [0, 0], lengths: [0, 1])
    #expect(value == [0, .infinity])
    #expect(gradient == .zeros(logits.shape))
  }

  /// Infinities and NaN concern their sample alone.
  @Test func infinitiesAndNaN() throws {
    var logits = Self.random([4, 3, 2, 3], seed: 10)
    // The label of the first sample is impossible everywhere, and that of the second at one frame.
    for frame in 0..<3 { logits[0, frame, 0, 1] = -.infinity }
    logits[1, 1, 0, 1] = -.infinity
    logits[2, 2, 1, 0] = .nan
    let labels = [[1], [1], [1], [1]]
    let loss = RNNTLoss(blank: 0, reduction: .none)
    var (value, gradient) = try Self.results(loss, logits, labels)
    #expect(value[0] == .infinity)
    #expect(gradient[0] == .zeros([3, 2, 3]))
    #expect(value[1].isFinite)
    #expect(gradient[1].scalars.allSatisfy { $0.isFinite })
    #expect(gradient[1, 1, 0, 1] == 0)
    #expect(value[2].isNaN)
    #expect(gradient[2].scalars.allSatisfy { $0.isNaN })
    #expect(value[3].isFinite)
    logits[3, 0, 1, 2] = .infinity
    (value, gradient) = try Self.results(loss, logits, labels)
    #expect(value[3].isNaN)
    #expect(gradient[3].scalars.allSatisfy { $0.isNaN })
  }

  /// The gradient of each sample is clamped before it is scaled.
  @Test(arguments: [0.01, 0.2, 1, .infinity])
  func clampedGradient(_ clamp: Double) throws {
    let logits = Self.random([2, 3, 3, 4], seed: 11)
    let labels = [[1, 2], [0, 0]]
    let upstream: Tensor<Double> = [-5, 0.5]
    let free = try Self.results(RNNTLoss(reduction: .none), logits, labels).gradient
    let clamped = try Self.results(
      RNNTLoss(clamp: clamp, reduction: .none), logits, labels, upstream: upstream
    ).gradient
    let expected = Tensor(shape: free.shape) { upstream[$0[0]] * min(max(free[$0], -clamp), clamp) }
    expectClose(clamped, expected, ulps: 2)
    #expect(clamped.scalars.contains { $0.magnitude == 0.5 * clamp } == (clamp < 0.5))
  }

  /// The logits that two outputs are joined to have the gradient that is summed: 1e-12 of its largest number.
  @Test(arguments: [-1, 0.05], [7, 700])
  func joinedOutputs(_ clamp: Double, _ classes: Int) throws {
    let encoder = Self.random([3, 5, classes], seed: 13)
    let predictor = Self.random([3, 4, classes], seed: 14)
    let targets = Tensor<Int>.random(in: 0..<classes, [3, 3], seed: 15)
    let (frames, lengths): (Tensor<Int>, Tensor<Int>) = ([5, 3, 0], [2, 3, 0])
    let joined = Tensor(shape: [3, 5, 4, classes]) {
      encoder[$0[0], $0[1], $0[3]] + predictor[$0[0], $0[2], $0[3]]
    }
    let loss = RNNTLoss(clamp: clamp, reduction: .sum)
    let (value, gradient) = try loss(
      joined, targets: targets, logitLengths: frames, targetLengths: lengths
    ).valueWithGradient(upstream: Tensor(-2))
    let evaluation = try loss(
      encoder: encoder, predictor: predictor, targets: targets, logitLengths: frames, targetLengths: lengths)
    let (joinedValue, joinedGradient) = try evaluation.valueWithGradient(upstream: Tensor(-2))
    expectClose(joinedValue, value, ulps: 4)
    func sum(_ terms: [Double]) -> Double { terms.reduce(0, +) }
    // Sums of up to five derivatives, each of which has been rounded once more and is no larger than 2.
    expectClose(
      joinedGradient.encoder,
      Tensor(shape: encoder.shape) { index in sum((0..<4).map { gradient[index[0], index[1], $0, index[2]] })
      }, ulps: 16)
    expectClose(
      joinedGradient.predictor,
      Tensor(shape: predictor.shape) { index in
        sum((0..<5).map { gradient[index[0], $0, index[1], index[2]] })
      }, ulps: 16)
  }

  /// Classes are shared by threads too.
  @Test(arguments: [2, 5])
  func threadsDoNotChangeBitsOfJoinedOutputs(_ threads: Int) throws {
    let encoder = Tensor<Float>(Self.random([1, 30, 1000], seed: 16))
    let predictor = Tensor<Float>(Self.random([1, 9, 1000], seed: 17))
    func results() throws -> (value: Tensor<Float>, gradient: RNNTJoinedGradient<Float>) {
      try RNNTLoss()(
        encoder: encoder, predictor: predictor, targets: [[5, 6, 7, 0, 1, 2, 3, 998]] as Tensor<Int>,
        logitLengths: [30] as Tensor<Int>, targetLengths: [8] as Tensor<Int>
      ).valueWithGradient()
    }
    let one = try Parallelism.withThreads(1) { try results() }
    let several = try Parallelism.withThreads(threads) { try results() }
    #expect(one.value == several.value)
    #expect(one.gradient == several.gradient)
  }

  /// One sample is large enough for several threads, which share its rows.
  @Test(arguments: [2, 3, 7])
  func threadsDoNotChangeBits(_ threads: Int) throws {
    let logits = Tensor<Float>(Self.random([1, 37, 12, 301], seed: 12))
    let labels = [(0..<11).map { $0 * 5 }]
    let one = try Parallelism.withThreads(1) { try Self.results(RNNTLoss(), logits, labels) }
    let several = try Parallelism.withThreads(threads) { try Self.results(RNNTLoss(), logits, labels) }
    #expect(one.value == several.value)
    #expect(one.gradient == several.gradient)
  }
}

extension Shape {
  /// The indices of the elements for which a condition holds.
  fileprivate func indices(where condition: (Shape) -> Bool) -> [Shape] {
    (0..<elementCount).map { index(ofElement: $0) }.filter(condition)
  }

  /// Logits so large that sums of them leave no digits for what is added: one way is so much more probable that there are
  /// no others. Expected values are sums over all ways, by mpmath with 800 digits.
  @Test(arguments: [1e3, 1e10, 1e16, 1e17, 1e30, 1e300])
  func extremeLogits(_ size: Double) throws {
    let logits: [Double] = [
      0.5, 1, -1, 2, 0.2, 0.1, -0.3, 1.5, 0.7, 0.4, 0.3, 0.9, 0.25, 0.5, 0.75, -1, 0, 1,
    ]
    let slopes: [Double] = [0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 1, 0, 0, 0, -1, 0, 1]
    func expect<S: LossScalar>(in _: S.Type) throws {
      let scores = Tensor(logits.map { S($0 * size) }, shape: [1, 3, 2, 3])
      let loss = try RNNTLoss(blank: 0, reduction: .sum)(
        scores, targets: [[1]] as Tensor<Int>, logitLengths: [3] as Tensor<Int>,
        targetLengths: [1] as Tensor<Int>)
      expectClose(loss.value(), Tensor(2.5 * size), ulps: 4)
      expectClose(loss.backward(), Tensor(slopes, shape: [1, 3, 2, 3]), ulps: 4)
    }
    try expect(in: Double.self)
    if size < 1e37 { try expect(in: Float.self) }
  }

  /// Three ways of equal probability.
  @Test func extremeLogitsOfEqualWays() throws {
    let s = 1e17
    let logits = Tensor([s, 0, 0, 0, s, s + 64, 0, s, 0, 0, s, 0, s, s, 0, 0, s, s], shape: [1, 3, 2, 3])
    let loss = try RNNTLoss(blank: 0, reduction: .sum)(
      logits, targets: [[1]] as Tensor<Int>, logitLengths: [3] as Tensor<Int>,
      targetLengths: [1] as Tensor<Int>)
    expectClose(loss.value(), Tensor(2e17), ulps: 4)
    let (third, sixth) = (0.33333333333333333, 0.16666666666666667)
    expectClose(
      loss.backward(),
      Tensor(
        [0, 0, 0, 0, 0, 0, -third, third, 0, -2 * third, 2 * third, 0, sixth, -sixth, 0, -1, 0.5, 0.5],
        shape: [1, 3, 2, 3]), ulps: 16)
  }
}
