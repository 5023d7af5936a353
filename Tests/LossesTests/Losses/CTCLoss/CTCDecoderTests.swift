import Foundation
import LossRegistry
import Losses
import Testing

/// The labels that the decoders read, by hand and by brute force.
struct CTCDecoderTests {
  struct Reading: Sendable, CustomStringConvertible {
    var path: [Int]
    var blank = 0
    var labels: [Int]

    var description: String { "\(path), blank \(blank)" }
  }

  static let readings = [
    Reading(path: [], labels: []),
    Reading(path: [0, 0, 0], labels: []),
    Reading(path: [1], labels: [1]),
    Reading(path: [1, 1, 1], labels: [1]),
    Reading(path: [1, 0, 1], labels: [1, 1]),
    Reading(path: [1, 2, 1], labels: [1, 2, 1]),
    Reading(path: [0, 3, 3, 0, 0, 3, 1, 1, 2, 0], labels: [3, 3, 1, 2]),
    Reading(path: [0, 3, 3, 0, 0, 3, 1, 1, 2, 0], blank: 3, labels: [0, 0, 1, 2, 0]),
    Reading(path: [2, 2, 0, 2, 2, 1], blank: 2, labels: [0, 1]),
  ]

  @Test(arguments: readings)
  func greedyReadsTheBestPath(_ reading: Reading) throws {
    let frames = reading.path.count
    // Frames past the length have the same class throughout.
    let scores = Tensor<Double>(shape: [frames + 2, 4]) { place in
      let best = place[0] < frames ? reading.path[place[0]] : 3
      return place[1] == best ? -0.25 : -2 - Double(place[1])
    }
    let decodings = try CTCGreedyDecoder(blank: reading.blank)(scores, inputLengths: Tensor(frames))
    #expect(decodings.map(\.labels) == [reading.labels])
    #expect(decodings.map(\.logProbability) == [-0.25 * Double(frames)])
  }

  @Test func greedyTakesTheFirstOfEqualClasses() throws {
    let scores: Tensor<Float> = [[-2, -1, -1], [-1, -1, -1], [-1, -2, -1]]
    for (blank, labels) in [(0, [1]), (1, [0]), (2, [1, 0])] {
      let decodings = try CTCGreedyDecoder(blank: blank)(scores, inputLengths: Tensor<Int>(3))
      #expect(decodings[0].labels == labels)
    }
  }

  private typealias Labelling = (labels: [Int], logProbability: Double)

  /// Returns all labellings with the logarithms of the sums of their paths, the most probable first.
  private func everyLabelling(_ frames: [[Double]], classes: Int, blank: Int) -> [Labelling] {
    var sums: [[Int]: Double] = [:]
    for path in everyPath(frames: frames.count, classes: classes) {
      sums[read(path, blank: blank), default: 0] += exp(path.indices.reduce(0) { $0 + frames[$1][path[$1]] })
    }
    return sums.filter { $0.value > 0 }.map { ($0.key, log($0.value)) }
      .sorted { $0.logProbability > $1.logProbability }
  }

  /// The largest sum has 243 terms, and the search rounds at each frame: 64 ulp.
  private func expectLabellings(
    _ decodings: [CTCDecoding], _ expected: [Labelling], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(decodings.map(\.labels) == expected.map(\.labels), sourceLocation: sourceLocation)
    expectClose(
      Tensor(decodings.map(\.logProbability)), Tensor(expected.map(\.logProbability)), ulps: 64,
      sourceLocation: sourceLocation)
  }

  @Test(arguments: 0..<3)
  func wideBeamFindsAllLabels(blank: Int) throws {
    for seed in 0..<10 as Range<UInt64> {
      let lengths = [5, 0, 1, 3, 4]
      let scores = Tensor<Double>.random(in: -3..<0, [5, 5, 3], seed: 300 + seed)
      for width in [1000, .max] {
        let decodings = try CTCBeamSearchDecoder(blank: blank, width: width)(
          scores, inputLengths: Tensor(lengths))
        for (sample, length) in lengths.enumerated() {
          let frames = scores.rows(of: sample, count: length)
          expectLabellings(decodings[sample], everyLabelling(frames, classes: 3, blank: blank))
        }
      }
    }
  }

  /// With log-probabilities of a distribution, and with other numbers.
  @Test(arguments: [false, true], 0..<4)
  func wideBeamAgreesWithTheLoss(_ isNormalized: Bool, blank: Int) throws {
    var scores = Tensor<Double>.random(in: -4..<1, [4, 1, 4], seed: 320 + UInt64(blank))
    if isNormalized { scores = try LogSoftmax(axis: -1)(scores).value() }
    let beam = CTCBeamSearchDecoder(blank: blank, width: 1000)
    let decodings = try beam(scores, inputLengths: Tensor<Int>(4))[0]
    #expect(decodings.count == 1 + 3 + 9 + 24 + 24)
    let losses = try decodings.map { decoding in
      let batch = SequenceBatch(scores, labels: [decoding.labels])
      return try CTCLoss(blank: blank, reduction: .sum)(batch).value().item
    }
    // Both round a few times at each frame.
    expectClose(Tensor(decodings.map(\.logProbability)), Tensor(losses.map(-)), ulps: 32)
  }

  /// The most probable path does not have the most probable labels.
  @Test func labelsOfManyPaths() throws {
    let probabilities: Tensor<Double> = [[0.6, 0.4], [0.6, 0.4]]
    let frames = probabilities.map { log($0) }
    let greedy = try CTCGreedyDecoder()(frames, inputLengths: Tensor<Int>(2))
    expectLabellings(greedy, [([], log(0.36))])
    let decodings = try CTCBeamSearchDecoder()(frames, inputLengths: Tensor<Int>(2))
    expectLabellings(decodings[0], [([1], log(0.64)), ([], log(0.36))])
  }

  /// The same search, with every class at each step.
  private func plainBeam(_ frames: [[Double]], blank: Int, width: Int) -> [Labelling] {
    var beam: [[Int]: (blank: Double, label: Double)] = [[]: (0, -.infinity)]
    for frame in frames {
      var next: [[Int]: (blank: Double, label: Double)] = [:]
      func add(_ labels: [Int], blank: Double = -.infinity, label: Double = -.infinity) {
        let old = next[labels] ?? (-.infinity, -.infinity)
        next[labels] = (logSum(old.blank, blank), logSum(old.label, label))
      }
      for (labels, ends) in beam {
        let sum = logSum(ends.blank, ends.label)
        for (label, score) in frame.enumerated() {
          if label == blank {
            add(labels, blank: sum + score)
          } else if label == labels.last {
            add(labels, label: ends.label + score)
            add(labels + [label], label: ends.blank + score)
          } else {
            add(labels + [label], label: sum + score)
          }
        }
      }
      let ranked = next.sorted {
        logSum($0.value.blank, $0.value.label) > logSum($1.value.blank, $1.value.label)
      }
      beam = Dictionary(uniqueKeysWithValues: ranked.prefix(width).map { ($0.key, $0.value) })
    }
    return beam.map { ($0.key, logSum($0.value.blank, $0.value.label)) }
      .sorted { $0.logProbability > $1.logProbability }
  }

  @Test(arguments: [1, 2, 3, 5, 8, 20])
  func narrowBeamMissesNoClass(width: Int) throws {
    for seed in 0..<5 as Range<UInt64> {
      let range = [-1.0..<1, -3..<3, -9..<9][Int(seed % 3)]
      let scores = Tensor<Double>.random(in: range, [15, 1, 7], seed: 340 + seed)
      for blank in [0, 3, 6] {
        let decodings = try CTCBeamSearchDecoder(blank: blank, width: width)(
          scores, inputLengths: Tensor<Int>(15))
        let expected = plainBeam(scores.rows(of: 0, count: 15), blank: blank, width: width)
        #expect(expected.count == width)
        expectLabellings(decodings[0], expected)
      }
    }
  }

  @Test(arguments: [1, 4, 16])
  func narrowBeamIsSortedAndWithoutRepeats(width: Int) throws {
    let batch = try SequenceBatch.random(
      frames: 40, classes: 6, labelCounts: [0, 0, 0], inputLengths: [40, 25, 33], blank: 5, seed: 360
    ).normalized()
    let decodings = try CTCBeamSearchDecoder(blank: 5, width: width)(
      batch.input, inputLengths: Tensor(batch.inputLengths))
    for (sample, found) in decodings.enumerated() {
      #expect(found.count == width)
      #expect(Set(found.map(\.labels)).count == width)
      #expect(zip(found, found.dropFirst()).allSatisfy { $0.logProbability >= $1.logProbability })
      for decoding in found {
        var own = batch.sample(sample)
        own.labels = [decoding.labels]
        let loss = try CTCLoss(blank: 5, reduction: .sum)(own).value().item
        // Some paths were dropped, and none counted twice.
        #expect(decoding.logProbability <= -loss + 1e-12 * loss)
      }
    }
  }

  @Test func impossibleClasses() throws {
    for seed in 0..<20 as Range<UInt64> {
      let chances = Tensor<Double>.random(in: 0..<1, [5, 1, 3], seed: 370 + seed)
      let scores = chances.map { $0 < 0.4 ? -.infinity : log($0) }
      let expected = everyLabelling(scores.rows(of: 0, count: 5), classes: 3, blank: 1)
      let decodings = try CTCBeamSearchDecoder(blank: 1, width: 1000)(scores, inputLengths: Tensor<Int>(5))
      expectLabellings(decodings[0], expected)
      let greedy = try CTCGreedyDecoder(blank: 1)(scores, inputLengths: Tensor<Int>(5))
      #expect((greedy[0].logProbability == -.infinity) == expected.isEmpty)
    }
  }

  /// Impossible paths stay impossible after NaN.
  @Test func impossiblePathsStaySo() throws {
    let (never, nan) = (-Double.infinity, Double.nan)
    // A 1, then a blank whose probability is NaN, or a 2. Nothing else is possible.
    let scores = Tensor([never, -1, never, nan, never, -2], shape: [2, 3])
    let decodings = try CTCBeamSearchDecoder(width: 9)(scores, inputLengths: Tensor<Int>(2))[0]
    #expect(decodings.map(\.labels) == [[1], [1, 2]])
    #expect(decodings[0].logProbability.isNaN)
    #expect(decodings[1].logProbability == -3)
  }
}

extension Tensor<Double> {
  /// The frames of one sample.
  func rows(of sample: Int, count: Int) -> [[Double]] { (0..<count).map { self[$0, sample].scalars } }
}
