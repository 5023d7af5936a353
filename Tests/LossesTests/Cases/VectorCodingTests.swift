import Foundation
import Losses
import Testing

/// Losses of distributions, margins and vectors, and measures, written to JSON and read again.
struct VectorCodingTests {
  /// Expects each to come back, and to differ from the others.
  private func expectRoundTrip<Value: Codable & Hashable>(
    _ all: Value..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for value in all {
      let data = try JSONEncoder().encode([value])
      let decoded = try JSONDecoder().decode([Value].self, from: data)
      #expect(decoded == [value], sourceLocation: sourceLocation)
    }
    #expect(Set(all).count == all.count, sourceLocation: sourceLocation)
  }

  @Test func distributions() throws {
    try expectRoundTrip(
      PoissonNLLLoss(), PoissonNLLLoss(logInput: false), PoissonNLLLoss(full: true), PoissonNLLLoss(eps: 0.1),
      PoissonNLLLoss(reduction: .sum))
    try expectRoundTrip(
      GaussianNLLLoss(), GaussianNLLLoss(full: true), GaussianNLLLoss(eps: 0.1),
      GaussianNLLLoss(reduction: .none))
    try expectRoundTrip(KLDivLoss(), KLDivLoss(logTarget: true), KLDivLoss(reduction: .batchMean))
  }

  @Test func margins() throws {
    try expectRoundTrip(SoftMarginLoss(), SoftMarginLoss(reduction: .sumDivided(by: 0.1)))
    try expectRoundTrip(MultiLabelSoftMarginLoss(), MultiLabelSoftMarginLoss(reduction: .none))
    try expectRoundTrip(
      MultiMarginLoss(), MultiMarginLoss(p: 2), MultiMarginLoss(margin: 0.3), MultiMarginLoss(reduction: .sum)
    )
    try expectRoundTrip(MultiLabelMarginLoss(), MultiLabelMarginLoss(reduction: .none))
    try expectRoundTrip(
      MarginRankingLoss(), MarginRankingLoss(margin: 0.3), MarginRankingLoss(reduction: .none))
    try expectRoundTrip(
      HingeEmbeddingLoss(), HingeEmbeddingLoss(margin: 0.3), HingeEmbeddingLoss(reduction: .none))
  }

  @Test func vectors() throws {
    try expectRoundTrip(
      CosineEmbeddingLoss(), CosineEmbeddingLoss(margin: 0.3), CosineEmbeddingLoss(reduction: .none))
    try expectRoundTrip(
      TripletMarginLoss(), TripletMarginLoss(margin: 0.3), TripletMarginLoss(p: 1), TripletMarginLoss(eps: 0),
      TripletMarginLoss(swap: true), TripletMarginLoss(reduction: .none))
    try expectRoundTrip(
      TripletMarginWithDistanceLoss(distance: CosineDistance()),
      TripletMarginWithDistanceLoss(distance: CosineDistance(eps: 0.1)))
    try expectRoundTrip(
      TripletMarginWithDistanceLoss(distance: CityBlockDistance()),
      TripletMarginWithDistanceLoss(distance: CityBlockDistance(), swap: true))
  }

  @Test func measures() throws {
    try expectRoundTrip(PairwiseDistance(), PairwiseDistance(p: 1), PairwiseDistance(eps: 0))
    try expectRoundTrip(CosineSimilarity(), CosineSimilarity(eps: 0.1))
    try expectRoundTrip(CosineDistance(), CosineDistance(eps: 0.1))
    try expectRoundTrip(SquaredEuclideanDistance())
    try expectRoundTrip(LogSumExp(axis: 1), LogSumExp(axis: -1))
  }

  /// What they are without being told.
  @Test func defaults() {
    #expect(
      PoissonNLLLoss() == PoissonNLLLoss(logInput: true, full: false, eps: 1e-8, reduction: .mean))
    #expect(GaussianNLLLoss() == GaussianNLLLoss(full: false, eps: 1e-6, reduction: .mean))
    #expect(KLDivLoss() == KLDivLoss(logTarget: false, reduction: .mean))
    #expect(SoftMarginLoss() == SoftMarginLoss(reduction: .mean))
    #expect(MultiLabelSoftMarginLoss() == MultiLabelSoftMarginLoss(reduction: .mean))
    #expect(MultiMarginLoss() == MultiMarginLoss(p: 1, margin: 1, reduction: .mean))
    #expect(MultiLabelMarginLoss() == MultiLabelMarginLoss(reduction: .mean))
    #expect(MarginRankingLoss() == MarginRankingLoss(margin: 0, reduction: .mean))
    #expect(HingeEmbeddingLoss() == HingeEmbeddingLoss(margin: 1, reduction: .mean))
    #expect(CosineEmbeddingLoss() == CosineEmbeddingLoss(margin: 0, reduction: .mean))
    #expect(
      TripletMarginLoss()
        == TripletMarginLoss(margin: 1, p: 2, eps: 1e-6, swap: false, reduction: .mean))
    #expect(PairwiseDistance() == PairwiseDistance(p: 2, eps: 1e-6))
    #expect(CosineSimilarity() == CosineSimilarity(eps: 1e-8))
    #expect(CosineDistance() == CosineDistance(eps: 1e-8))
  }
}
