import Foundation
import Losses
import Testing

struct CodingTests {
  private func expectRoundTrip<Value: Codable & Hashable>(
    _ value: Value, unlike others: [Value], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let data = try JSONEncoder().encode([value])
    let decoded = try JSONDecoder().decode([Value].self, from: data)
    #expect(decoded == [value], sourceLocation: sourceLocation)
    #expect(Set([value, decoded[0]]).count == 1, sourceLocation: sourceLocation)
    #expect(
      Set([value] + others).count == others.count + 1, "\(value) among \(others)",
      sourceLocation: sourceLocation)
  }

  @Test func reductions() throws {
    let all: [Reduction] = [.none, .sum, .mean, .batchMean, .sumDivided(by: 3), .sumDivided(by: 4)]
    for (position, reduction) in all.enumerated() {
      try expectRoundTrip(reduction, unlike: Array(all[..<position] + all[(position + 1)...]))
    }
  }

  @Test func elementwiseLosses() throws {
    try expectRoundTrip(L1Loss(reduction: .sum), unlike: [L1Loss()])
    try expectRoundTrip(MSELoss(reduction: .sumDivided(by: 0.1)), unlike: [MSELoss()])
    try expectRoundTrip(
      SmoothL1Loss(beta: 0.3, reduction: .none),
      unlike: [SmoothL1Loss(reduction: .none), SmoothL1Loss(beta: 0.3)])
    try expectRoundTrip(
      HuberLoss(delta: 0.3, reduction: .none), unlike: [HuberLoss(reduction: .none), HuberLoss(delta: 0.3)])
    try expectRoundTrip(BCELoss(reduction: .batchMean), unlike: [BCELoss()])
    try expectRoundTrip(BCEWithLogitsLoss(reduction: .none), unlike: [BCEWithLogitsLoss()])
    try expectRoundTrip(SquaredLogLoss(reduction: .none), unlike: [SquaredLogLoss()])
  }

  @Test func classLosses() throws {
    try expectRoundTrip(
      NLLLoss(ignoreIndex: nil, reduction: .sum),
      unlike: [NLLLoss(reduction: .sum), NLLLoss(ignoreIndex: nil), NLLLoss(ignoreIndex: 0, reduction: .sum)])
    try expectRoundTrip(
      CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1, reduction: .none),
      unlike: [
        CrossEntropyLoss(labelSmoothing: 0.1, reduction: .none),
        CrossEntropyLoss(ignoreIndex: 3, reduction: .none),
        CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1),
      ])
  }

  @Test func sequenceLosses() throws {
    let loss = CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum, input: .logits)
    try expectRoundTrip(
      loss,
      unlike: [
        CTCLoss(zeroInfinity: true, reduction: .sum, input: .logits),
        CTCLoss(blank: 3, reduction: .sum, input: .logits),
        CTCLoss(blank: 3, zeroInfinity: true, input: .logits),
        CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum),
        CTCLoss(blank: 3, zeroInfinity: true, reduction: .sum, input: .freeLogProbabilities),
      ])
  }

  @Test func activations() throws {
    try expectRoundTrip(Softmax(axis: -1), unlike: [Softmax(axis: 1)])
    try expectRoundTrip(LogSoftmax(axis: 2), unlike: [LogSoftmax(axis: 0)])
    try expectRoundTrip(Sigmoid(), unlike: [])
    try expectRoundTrip(LogSigmoid(), unlike: [])
  }

  /// What they are without being told.
  @Test func defaults() {
    #expect(L1Loss() == L1Loss(reduction: .mean))
    #expect(MSELoss() == MSELoss(reduction: .mean))
    #expect(SmoothL1Loss() == SmoothL1Loss(beta: 1, reduction: .mean))
    #expect(HuberLoss() == HuberLoss(delta: 1, reduction: .mean))
    #expect(BCELoss() == BCELoss(reduction: .mean))
    #expect(BCEWithLogitsLoss() == BCEWithLogitsLoss(reduction: .mean))
    #expect(NLLLoss() == NLLLoss(ignoreIndex: -100, reduction: .mean))
    #expect(CrossEntropyLoss() == CrossEntropyLoss(ignoreIndex: -100, labelSmoothing: 0, reduction: .mean))
    #expect(
      CTCLoss()
        == CTCLoss(blank: 0, zeroInfinity: false, reduction: .mean, input: .logProbabilities))
  }
}
