import LossRegistry
import Losses
import Testing

/// Impossible classes, and targets without a path. PyTorch's gradient is NaN in most of these.
struct CTCInfinityTests {
  private static let upstream: Tensor<Double> = [-1.5, 0.25, 2, 1]

  /// Labels that repeat need a frame for the blank between them.
  @Test(
    arguments: [
      ([1, 1], 2), ([1, 2, 1], 2), ([1], 0), ([2, 2, 2], 4), ([1, 2, 2, 1], 4), ([1, 1, 2, 2, 1], 6),
    ] as [([Int], Int)],
    CTCLoss.Input.allCases)
  func tooFewFrames(_ sample: (labels: [Int], frames: Int), _ input: CTCLoss.Input) throws {
    func results(frames: Int, zeroInfinity: Bool) throws -> (value: Tensor<Double>, gradient: Tensor<Double>)
    {
      let scores = Tensor<Double>.random(in: -3..<0, [8, 1, 3], seed: 71)
      return try CTCLoss(zeroInfinity: zeroInfinity, reduction: .none, input: input)(
        SequenceBatch(scores, labels: [sample.labels], inputLengths: [frames])
      ).valueWithGradient(upstream: [-3])
    }
    let lost = try results(frames: sample.frames, zeroInfinity: false)
    #expect(lost.value.scalars == [.infinity])
    #expect(lost.gradient == .zeros([8, 1, 3]))
    let excused = try results(frames: sample.frames, zeroInfinity: true)
    #expect(excused.value == [0])
    #expect(excused.gradient == .zeros([8, 1, 3]))
    // One frame more is enough.
    let found = try results(frames: sample.frames + 1, zeroInfinity: false)
    #expect(found.value[0].isFinite)
    #expect(found.gradient.scalars.contains { $0 != 0 })
    let same = try results(frames: sample.frames + 1, zeroInfinity: true)
    expectSameBits(same.value, found.value)
    expectSameBits(same.gradient, found.gradient)
  }

  /// Numbers that cannot be log-probabilities may have a sum beyond the type: then the gradient is NaN.
  @Test func sumsThatOverflow() throws {
    let scores = Tensor<Double>(repeating: .greatestFiniteMagnitude, shape: [3, 1, 2])
    let (value, gradient) = try CTCLoss(reduction: .none)(SequenceBatch(scores, labels: [[1]]))
      .valueWithGradient()
    #expect(value.scalars == [-.infinity])
    #expect(gradient.scalars.allSatisfy { $0.isNaN })
  }

  /// Impossible classes anywhere, against the sum over all paths, which is 0 where none is left.
  ///
  /// The largest sum has 243 terms: 64 ulp.
  @Test(arguments: CTCLoss.Input.allCases)
  func impossibleClasses(_ input: CTCLoss.Input) throws {
    var infinite = 0
    for seed in 0..<40 as Range<UInt64> {
      var batch = SequenceBatch.random(
        frames: 5, classes: 3, labelCounts: [0, 1, 2, 2], inputLengths: [3, 5, 4, 5], seed: 80 + 3 * seed)
      let chances = Tensor<Double>.random(in: 0..<1, [5, 4, 3], seed: 81 + 3 * seed)
      batch.input = Tensor(shape: [5, 4, 3]) {
        // At least one class of each frame is possible.
        chances[$0] < 0.4 && $0[2] != ($0[0] + $0[1]) % 3 ? -.infinity : batch.input[$0]
      }
      if input != .logits { batch = try batch.normalized() }
      for zeroInfinity in [false, true] {
        let loss = CTCLoss(zeroInfinity: zeroInfinity, reduction: .none, input: input)
        let expected = batch.expected(loss, upstream: Self.upstream) {
          PlainCTC(pathsThrough: $0, labels: $1, blank: $2)
        }
        infinite += expected.value.scalars.count { $0 == .infinity }
        let values = expected.value.map { zeroInfinity && $0 == .infinity ? 0 : $0 }
        let (value, gradient) = try loss(batch).valueWithGradient(upstream: Self.upstream)
        expectClose(value, values, ulps: 64)
        expectClose(gradient, expected.gradient, ulps: 64, scale: 2)
      }
    }
    #expect(infinite > 10)
  }

  /// A frame in which no class is possible.
  @Test func impossibleFrame() throws {
    let frames = Tensor<Double>(shape: [3, 1, 2]) { $0[0] == 1 ? -.infinity : -0.5 }
    for input in [CTCLoss.Input.logProbabilities, .freeLogProbabilities] {
      let batch = SequenceBatch(frames, labels: [[1]])
      let lost = try CTCLoss(reduction: .none, input: input)(batch).valueWithGradient()
      #expect(lost.value.scalars == [.infinity])
      #expect(lost.gradient == .zeros([3, 1, 2]))
      let excused = try CTCLoss(zeroInfinity: true, reduction: .none, input: input)(batch).valueWithGradient()
      #expect(excused.value == [0])
      #expect(excused.gradient == .zeros([3, 1, 2]))
    }
  }

  /// Where every frame is certain, the loss is exactly 0.
  @Test func certainFrames() throws {
    let path = [0, 1, 1, 0, 2, 0]
    let frames = Tensor<Float>(shape: [6, 2, 3]) { $0[2] == path[$0[0]] ? 0 : -.infinity }
    let batch = SequenceBatch(frames, labels: [[1, 2], [2, 1]])
    for input in CTCLoss.Input.allCases {
      let (value, gradient) = try CTCLoss(reduction: .none, input: input)(batch).valueWithGradient()
      #expect(value.scalars == [0, .infinity])
      #expect(value[0].sign == .plus)
      let expected = Tensor<Float>(shape: [6, 2, 3]) {
        input == .freeLogProbabilities && $0[1] == 0 && $0[2] == path[$0[0]] ? -1 : 0
      }
      #expect(gradient == expected)
    }
  }

  /// The log-probabilities of a Float can add up to more than 1, but the loss is that of a probability.
  @Test(arguments: [2, 5, 9, 14, 16, 17, 18, 20, 40, 60, 100] as [Float], [3, 100, 1000])
  func confidentSamplesAreNeverNegative(_ score: Float, _ frames: Int) throws {
    var generator = SplitMix64(seed: 91)
    let path = (0..<frames).map { $0 % 3 == 0 ? Int.random(in: 1..<5, using: &generator) : 0 }
    let noise = Tensor<Double>.random(in: -1..<1, [frames, 1, 5], seed: 92)
    let scores = Tensor<Float>(shape: [frames, 1, 5]) {
      ($0[2] == path[$0[0]] ? score : 0) + Float(noise[$0])
    }
    let labels = [path.filter { $0 != 0 }]
    let normalized = try LogSoftmax(axis: -1)(scores).value()
    for input in CTCLoss.Input.allCases {
      let batch = SequenceBatch(input == .logits ? scores : normalized, labels: labels)
      let value = try CTCLoss(reduction: .none, input: input)(batch).value()[0]
      #expect(value >= 0 && value.sign == .plus, "\(input)")
    }
  }

  private static let logHalf = -0.69314718055994531

  /// So can those of a half type, by the rounding of that type: log ½ is −0.6914 in `BFloat16`.
  @Test func roundedHalvesAreNeverNegative() throws {
    func expectNothing<S: LossScalar>(_ middle: [S]) throws {
      let scores = Tensor<S>([[-100, 0, -100], [-100, middle[0], middle[1]], [-100, -100, 0]])
      let loss = try CTCLoss(reduction: .sum)(
        scores, targets: [1, 2] as Tensor<Int>, inputLengths: Tensor<Int>(3),
        targetLengths: Tensor<Int>(2))
      #expect(loss.value().item == 0)
    }
    try expectNothing([BFloat16(Self.logHalf), BFloat16(Self.logHalf)])
    try expectNothing([Float(Self.logHalf).nextUp, Float(Self.logHalf).nextUp])
  }

  /// The rounding errors of many frames do not add up: every other frame is certain, of the others two classes are equal,
  /// and both are on the path.
  @Test(arguments: [63, 5907]) func longConfidentSamplesAreNeverNegative(_ frames: Int) throws {
    let labels = (0..<(frames + 1) / 2).map { 1 + $0 % 2 }
    let scores = Tensor<Double>(shape: [frames, 1, 3]) {
      let (frame, index) = ($0[0], $0[2])
      let (label, next) = (labels[frame / 2], labels[(frame + 1) / 2])
      if frame % 2 == 0 { return index == label ? 0 : -100 }
      return index == label || index == next ? Self.logHalf : -100
    }
    let value = try CTCLoss(reduction: .none)(SequenceBatch(scores, labels: [labels])).value()[0]
    #expect(value >= 0)
  }

  /// Numbers above 0 are not log-probabilities, and their loss may be negative.
  @Test func lossesOfWhatAreNoProbabilities() throws {
    let batch = SequenceBatch<Double>(.ones([4, 1, 3]), labels: [[1, 2]])
    // Of four frames there are C(6, 4) = 15 paths, each e⁴.
    let value = try CTCLoss(reduction: .none)(batch).value()
    expectClose(value, [-6.70805020110221], ulps: 16)
  }
}
