package import Losses

extension CosineDistance: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }
}

extension RegisteredLoss {
  static let cosineDistance = RegisteredLoss(
    nil, default: CosineDistance(), spelledOut: CosineDistance(eps: 1e-8),
    others: [CosineDistance(eps: 0.1)],
    samples: {
      LossUnderTest.vectorShapes.map {
        LossUnderTest(measure: $0, CosineDistance()) { 1 - cosine($0, $1, shortest: 1e-8) }
      }
    },
    generators: [.measure("CosineDistance") { CosineDistance(eps: $0.real(1e-8..<1)) }])
}
