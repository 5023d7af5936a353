import LossRegistry
import Losses
import Testing

/// Samples that are computed window by window have the bits of those that are computed as a whole.
struct CTCWindowTests {
  /// Bytes that hold: one frame of each sample; a few; many, but not all.
  private static let memories = [1, 1000, 5000, 20_000]

  private static let batch = SequenceBatch.random(
    frames: 70, classes: 9, labelCounts: [0, 1, 5, 12, 20, 33], inputLengths: [70, 1, 64, 69, 70, 70],
    seed: 71)

  /// Scores whose probabilities leave the range of `Double` on the way: those in wider numbers are needed.
  private static let wideBatch: SequenceBatch<Double> = {
    var batch = SequenceBatch.random(frames: 40, classes: 4, labelCounts: [0, 2, 3, 5, 9], seed: 72)
    let levels = Tensor<Int>.random(in: -4..<1, batch.input.shape, seed: 73)
    batch.input = Tensor(shape: batch.input.shape) { batch.input[$0] + 200 * Double(levels[$0]) }
    return batch
  }()

  private func results<S: LossScalar>(
    _ batch: SequenceBatch<S>, _ loss: CTCLoss, memory: Int
  ) throws -> [Tensor<S>] {
    let evaluation = try loss.evaluation(
      batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths), memory: memory)
    let upstream = Tensor<S>(Tensor<Double>.random(in: -2..<2, [batch.labels.count], seed: 74))
    var sum = Tensor<S>.ones(batch.input.shape)
    _ = try evaluation.valueWithGradient(addingTo: &sum, upstream: upstream)
    let (value, gradient) = try evaluation.valueWithGradient(upstream: upstream)
    return [evaluation.value(), value, gradient, sum]
  }

  private func expectBitsOfTheWhole<S: LossScalar>(_ batch: SequenceBatch<S>, _ input: CTCLoss.Input) throws {
    let loss = CTCLoss(reduction: .none, input: input)
    let whole = try results(batch, loss, memory: .max)
    for memory in Self.memories {
      for (result, expected) in try zip(results(batch, loss, memory: memory), whole) {
        expectSameBits(result, expected, "\(input), \(memory) bytes")
      }
    }
  }

  @Test(arguments: CTCLoss.Input.allCases)
  func losses(_ input: CTCLoss.Input) throws {
    for batch in [Self.batch, Self.wideBatch] {
      let batch = input == .logits ? batch : try batch.normalized()
      try expectBitsOfTheWhole(batch, input)
      try expectBitsOfTheWhole(SequenceBatch<Float>(batch), input)
    }
    try expectBitsOfTheWhole(SequenceBatch<Half>(Self.batch), input)
  }

  @Test func alignments() throws {
    func align(memory: Int) throws -> [CTCAlignment?] {
      try CTCAligner().alignments(
        Self.batch.input, targets: Self.batch.paddedTargets, inputLengths: Tensor(Self.batch.inputLengths),
        targetLengths: Tensor(Self.batch.targetLengths), memory: memory)
    }
    let whole = try align(memory: .max)
    #expect(whole.count { $0 != nil } == 6)
    for memory in [1, 100, 700, 3000] { #expect(try align(memory: memory) == whole, "\(memory) bytes") }
  }

  /// Goes to all windows, the last one first. Returns how many are computed.
  private func computedWindows(_ windows: CTCWindows) -> Int {
    var checkpoints = CTCCheckpoints(capacity: windows.states)
    // The windows before which the states in memory are known.
    var states: [Int: Int] = [:]
    var computed = 0
    for window in (0..<windows.count).reversed() {
      let route = checkpoints.route(to: window)
      #expect(route.start <= window)
      #expect(route.saved.map { states[$0] } ?? 0 == route.start)
      for next in route.start...window {
        if route.saves(next) {
          let position = checkpoints.add(next)
          #expect(position < windows.states)
          states[position] = next
        }
        computed += 1
      }
    }
    return computed
  }

  /// Windows are computed twice where there is memory for a state before each, and hardly more often than the logarithm
  /// of their number where there is not.
  @Test(arguments: [1, 2, 3, 7, 50, 100, 1000, 4097])
  func numberOfComputations(frames: Int) {
    func windows(states: Int) -> CTCWindows {
      CTCWindows(frames: frames, bytesPerFrame: 1000, bytesPerState: 2000 / states, memory: 2000)
    }
    let roomy = windows(states: 2000)
    #expect(roomy.count == (frames <= 2 ? 1 : frames))
    if frames <= 1000 { #expect(computedWindows(roomy) < 2 * frames) }
    let tight = windows(states: 2)
    let logarithm = Int.bitWidth - frames.leadingZeroBitCount
    #expect(tight.states <= logarithm)
    #expect(computedWindows(tight) <= (logarithm + 1) * frames)
    #expect(computedWindows(windows(states: 100)) <= 5 * frames)
  }
}
