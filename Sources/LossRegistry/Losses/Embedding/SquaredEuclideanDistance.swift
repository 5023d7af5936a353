package import Losses

extension SquaredEuclideanDistance: PlainMeasure {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }

  func distance(_ a: [Bounded], _ b: [Bounded], _: Precision) -> PlainDistance {
    let d = zip(a, b).map { $0 - $1 }
    return PlainDistance(d.map { $0 * $0 }.sum, d.map { 2 * $0 }, d.map { -2 * $0 })
  }
}

extension RegisteredLoss {
  static let squaredEuclideanDistance = RegisteredLoss(
    nil, default: SquaredEuclideanDistance(), spelledOut: SquaredEuclideanDistance(),
    samples: { LossUnderTest.vectorShapes.map { LossUnderTest(SquaredEuclideanDistance(), vectors: $0) } },
    generators: [.measure("SquaredEuclideanDistance") { _ in SquaredEuclideanDistance() }])
}
