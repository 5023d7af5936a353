package import Losses

extension CosineSimilarity: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }
}

extension RegisteredLoss {
  static let cosineSimilarity = RegisteredLoss(
    "cosine_similarity", default: CosineSimilarity(), spelledOut: CosineSimilarity(eps: 1e-8),
    others: [CosineSimilarity(eps: 0.1)],
    samples: {
      LossUnderTest.vectorShapes.flatMap { shape in
        [
          LossUnderTest(measure: shape, CosineSimilarity()) { cosine($0, $1, shortest: 1e-8) },
          // Longer than some of the vectors.
          LossUnderTest(measure: shape, CosineSimilarity(eps: 2.2)) { cosine($0, $1, shortest: 2.2) },
        ]
      }
    },
    largeSamples: {
      [
        LossUnderTest(measure: [45_000, 3], CosineSimilarity()) { cosine($0, $1, shortest: 1e-8) }
      ]
    },
    generators: [.measure("CosineSimilarity") { CosineSimilarity(eps: $0.real(1e-8..<1)) }])
}
