import Foundation
import LossRegistry
import Losses
import Testing

/// The most probable paths, by hand and by brute force.
struct CTCAlignerTests {
  private func align(_ batch: SequenceBatch<Double>, blank: Int) throws -> [CTCAlignment?] {
    try CTCAligner(blank: blank)(
      batch.input, targets: batch.paddedTargets, inputLengths: Tensor(batch.inputLengths),
      targetLengths: Tensor(batch.targetLengths))
  }

  /// Expects a path of these labels, with the frames of each and the sum of its log-probabilities.
  private func expectConsistent(
    _ alignment: CTCAlignment, _ frames: [[Double]], labels: [Int], blank: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let path = alignment.path
    #expect(path.count == frames.count, sourceLocation: sourceLocation)
    #expect(read(path, blank: blank) == labels, sourceLocation: sourceLocation)
    // The sum is in the same order.
    let sum = zip(frames, path).reduce(0) { $0 + $1.0[$1.1] }
    #expect(alignment.logProbability == sum, sourceLocation: sourceLocation)
    var rest = path
    for (label, span) in zip(labels, alignment.frames) {
      #expect(!span.isEmpty && path[span].allSatisfy { $0 == label }, sourceLocation: sourceLocation)
      for frame in span { rest[frame] = blank }
    }
    #expect(alignment.frames.count == labels.count, sourceLocation: sourceLocation)
    #expect(rest.allSatisfy { $0 == blank }, sourceLocation: sourceLocation)
    #expect(
      zip(alignment.frames, alignment.frames.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound },
      sourceLocation: sourceLocation)
  }

  /// Expects a most probable path of the labels, if there is a path at all.
  private func expectBestPath(
    _ alignment: CTCAlignment?, _ frames: [[Double]], labels: [Int], blank: Int,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let best =
      everyPath(frames: frames.count, classes: 3).filter { read($0, blank: blank) == labels }
      .map { zip(frames, $0).reduce(0) { $0 + $1.0[$1.1] } }.max() ?? -.infinity
    // Sums in the same order have the same bits.
    #expect(alignment?.logProbability ?? -.infinity == best, sourceLocation: sourceLocation)
    if let alignment {
      expectConsistent(alignment, frames, labels: labels, blank: blank, sourceLocation: sourceLocation)
    }
  }

  @Test(arguments: [0.0, 0.4], 0..<3)
  func bestOfAllPaths(_ impossible: Double, blank: Int) throws {
    var missing = 0
    for seed in 0..<30 as Range<UInt64> {
      var batch = SequenceBatch.random(
        frames: 6, classes: 3, labelCounts: [0, 1, 2, 3, 3, 4, 2, 0], inputLengths: [3, 1, 4, 5, 6, 6, 2, 0],
        blank: blank, range: -3..<0, seed: 500 + 3 * seed)
      let chances = Tensor<Double>.random(in: 0..<1, batch.input.shape, seed: 501 + 3 * seed)
      batch.input = Tensor(shape: batch.input.shape) {
        chances[$0] < impossible ? -.infinity : batch.input[$0]
      }
      let alignments = try align(batch, blank: blank)
      for (sample, labels) in batch.labels.enumerated() {
        let frames = batch.input.rows(of: sample, count: batch.inputLengths[sample])
        expectBestPath(alignments[sample], frames, labels: labels, blank: blank)
      }
      missing += alignments.count { $0 == nil }
    }
    #expect(missing > 0 && missing < 200)
  }

  @Test(
    arguments: [
      ([1, 1], 2), ([1, 2, 1], 2), ([1], 0), ([2, 2, 2], 4), ([1, 2, 2, 1], 4), ([1, 1, 2, 2, 1], 6),
    ] as [([Int], Int)])
  func tooFewFrames(labels: [Int], frames: Int) throws {
    let scores = Tensor<Double>.random(in: -3..<0, [7, 2, 3], seed: 520)
    let batch = SequenceBatch(scores, labels: [labels, labels], inputLengths: [frames, frames + 1])
    let alignments = try align(batch, blank: 0)
    #expect(alignments[0] == nil)
    let path = try #require(alignments[1])
    expectConsistent(path, scores.rows(of: 1, count: frames + 1), labels: labels, blank: 0)
  }

  @Test func byHand() throws {
    let logProbabilities: Tensor<Double> = [
      [-1, -2, -8], [-9, -1, -9], [-9, -1, -3], [-1, -5, -4], [-9, -2, -9], [-7, -8, -1],
    ]
    func expect(_ labels: [Int], _ path: [Int], _ frames: [Range<Int>], _ logProbability: Double) throws {
      let alignments = try CTCAligner()(
        logProbabilities, targets: Tensor(labels), inputLengths: Tensor<Int>(6),
        targetLengths: Tensor(labels.count))
      let alignment = try #require(alignments[0])
      #expect(alignment.path == path)
      #expect(alignment.frames == frames)
      #expect(alignment.logProbability == logProbability)
    }
    try expect([1, 1, 2], [0, 1, 1, 0, 1, 2], [1..<3, 4..<5, 5..<6], -7)
    try expect([1, 2], [0, 1, 1, 1, 1, 2], [1..<5, 5..<6], -11)
    try expect([], [0, 0, 0, 0, 0, 0], [], -36)
  }

  @Test func noFrames() throws {
    let batch = SequenceBatch<Double>(.zeros([2, 2, 3]), labels: [[], [1]], inputLengths: [0, 0])
    let alignments = try align(batch, blank: 0)
    #expect(alignments[0]?.path == [])
    #expect(alignments[0]?.frames == [])
    #expect(alignments[0]?.logProbability == 0)
    #expect(alignments[1] == nil)
  }

  /// One path is at most as probable as all together.
  @Test func longSequences() throws {
    let batch = try SequenceBatch.random(
      frames: 300, classes: 9, labelCounts: [0, 20, 80, 120], inputLengths: [300, 300, 290, 300], blank: 4,
      seed: 540
    ).normalized()
    let losses = try CTCLoss(blank: 4, reduction: .none)(batch).value()
    for (sample, alignment) in try align(batch, blank: 4).enumerated() {
      let (alignment, labels) = (try #require(alignment), batch.labels[sample])
      let frames = batch.input.rows(of: sample, count: batch.inputLengths[sample])
      expectConsistent(alignment, frames, labels: labels, blank: 4)
      #expect(alignment.logProbability <= -losses[sample] * (1 - 1e-12))
    }
  }
}
