import Foundation
import LossRegistry
import Losses
import Tensors
import Testing

/// The decoders and the aligner, with arguments of all types, shapes and layouts.
struct CTCReadingTests {
  /// The results of all three.
  private struct Findings: Equatable {
    var greedy: [CTCDecoding]
    var beams: [[CTCDecoding]]
    var alignments: [CTCAlignment?]

    init<S: LossScalar>(
      _ scores: Tensor<S>,
      targets: Tensor<some FixedWidthInteger & TensorScalar> = Tensor(CTCReadingTests.labels.flatMap(\.self)),
      inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
      targetLengths: Tensor<some FixedWidthInteger & TensorScalar> = Tensor(
        CTCReadingTests.labels.map(\.count))
    ) throws(LossError) {
      greedy = try CTCGreedyDecoder(blank: 2)(scores, inputLengths: inputLengths)
      beams = try CTCBeamSearchDecoder(blank: 2, width: 6)(scores, inputLengths: inputLengths)
      alignments = try CTCAligner(blank: 2)(
        scores, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths)
    }

    /// Returns the results for one sample.
    func sample(_ index: Int) -> Findings {
      var copy = self
      (copy.greedy, copy.beams, copy.alignments) = ([greedy[index]], [beams[index]], [alignments[index]])
      return copy
    }

    /// The labels and paths, without their probabilities.
    var readings: [[[Int]?]] {
      [greedy.map(\.labels)] + beams.map { $0.map(\.labels) } + [alignments.map { $0?.path }]
    }
  }

  private static let scores = Tensor<Double>.random(in: -5..<3, [9, 3, 5], seed: 400)
  private static let inputLengths: Tensor<Int> = [9, 6, 0]
  private static let labels = [[4, 4, 1], [0], []]

  private func findings() throws -> Findings { try Findings(Self.scores, inputLengths: Self.inputLengths) }

  private func expectSameAsDouble<S: LossScalar>(_: S.Type) throws {
    let scores = Tensor<S>(Self.scores)
    #expect(
      try Findings(scores, inputLengths: Self.inputLengths)
        == Findings(Tensor<Double>(scores), inputLengths: Self.inputLengths), "\(S.self)")
  }

  @Test func scalarsOfAnyType() throws {
    try expectSameAsDouble(Float.self)
    try expectSameAsDouble(BFloat16.self)
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      try expectSameAsDouble(Float16.self)
    #endif
  }

  private func expectSame<Length: FixedWidthInteger & TensorScalar>(_: Length.Type) throws {
    func converted(_ numbers: [Int]) -> Tensor<Length> { Tensor(numbers.map { Length($0) }) }
    let findings = try Findings(
      Self.scores, targets: converted(Self.labels.flatMap(\.self)),
      inputLengths: converted(Self.inputLengths.scalars), targetLengths: converted(Self.labels.map(\.count)))
    #expect(try findings == self.findings(), "\(Length.self)")
  }

  @Test func integersOfAnyType() throws {
    try expectSame(Int8.self)
    try expectSame(Int16.self)
    try expectSame(Int32.self)
    try expectSame(Int64.self)
    try expectSame(Int128.self)
    try expectSame(UInt.self)
    try expectSame(UInt8.self)
    try expectSame(UInt16.self)
    try expectSame(UInt32.self)
    try expectSame(UInt64.self)
    try expectSame(UInt128.self)
  }

  @Test func samplesOfABatchAreThoseAlone() throws {
    let together = try findings()
    for (sample, labels) in Self.labels.enumerated() {
      for scores in [Self.scores[.all, sample], Self.scores[.all, sample..<sample + 1]] {
        for shape in [[], [1]] as [Shape] {
          let alone = try Findings(
            scores, targets: Tensor(labels),
            inputLengths: Tensor(repeating: Self.inputLengths[sample], shape: shape),
            targetLengths: Tensor(repeating: labels.count, shape: shape))
          #expect(alone == together.sample(sample))
        }
      }
    }
  }

  @Test(arguments: Arrangement.allCases.filter(\.keepsElements))
  func views(_ arrangement: Arrangement) throws {
    let padded = SequenceBatch(Self.scores, labels: Self.labels).paddedTargets
    #expect(
      try Findings(
        arrangement.view(of: Self.scores), targets: arrangement.view(of: padded),
        inputLengths: arrangement.view(of: Self.inputLengths)) == findings())
  }

  @Test func logitsGiveTheSameReadings() throws {
    let normalized = try Findings(LogSoftmax(axis: -1)(Self.scores).value(), inputLengths: Self.inputLengths)
    #expect(try normalized.readings == findings().readings)
    #expect(try normalized != findings())
  }

  /// A number that cannot be a log-probability affects the results of its own sample, if its frame counts, and nothing
  /// else.
  @Test(arguments: [Double.nan, .infinity])
  func numbersThatAreNoLogProbabilities(_ number: Double) throws {
    let before = try findings()
    for position in 0..<Self.scores.count {
      let place = Self.scores.shape.index(ofElement: position)
      var scores = Self.scores
      scores[place] = number
      let after = try Findings(scores, inputLengths: Self.inputLengths)
      let isSeen = place[0] < Self.inputLengths[place[1]]
      for sample in 0..<3 where sample != place[1] || !isSeen {
        #expect(after.sample(sample) == before.sample(sample))
      }
      guard isSeen else { continue }
      #expect(!after.greedy[place[1]].logProbability.isFinite)
      #expect(!after.beams[place[1]][0].logProbability.isFinite)
      #expect(after.beams[place[1]].count == 6)
      let alignment = try #require(after.alignments[place[1]])
      #expect(read(alignment.path, blank: 2) == Self.labels[place[1]])
      #expect(alignment.logProbability.isFinite != (alignment.path[place[0]] == place[2]))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity])
  func nothingButSuchNumbers(_ number: Double) throws {
    let found = try Findings(
      Tensor(number).broadcast(to: Self.scores.shape), inputLengths: Self.inputLengths)
    #expect(found.greedy.map(\.logProbability.isFinite) == [false, false, true])
    #expect(found.beams.map(\.isEmpty) == (number < 0 ? [true, true, false] : [false, false, false]))
    #expect(
      found.alignments.map { $0 == nil } == (number < 0 ? [true, true, false] : [false, false, false]))
  }

  @Test func coding() throws {
    func expectRoundTrip<Value: Codable & Equatable>(_ value: Value) throws {
      let data = try JSONEncoder().encode([value])
      #expect(try JSONDecoder().decode([Value].self, from: data) == [value])
    }
    try expectRoundTrip(CTCGreedyDecoder(blank: 3))
    try expectRoundTrip(CTCBeamSearchDecoder(blank: 3, width: 5))
    try expectRoundTrip(CTCAligner(blank: 3))
    let found = try findings()
    try expectRoundTrip(found.greedy)
    try expectRoundTrip(found.beams)
    try expectRoundTrip(found.alignments)
    #expect(CTCGreedyDecoder() == CTCGreedyDecoder(blank: 0))
    #expect(CTCBeamSearchDecoder() == CTCBeamSearchDecoder(blank: 0, width: 16))
    #expect(CTCAligner() == CTCAligner(blank: 0))
  }
}
