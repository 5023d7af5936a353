package import Losses

extension CosineSimilarity: PlainMeasure {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0)
  }

  func distance(_ a: [Bounded], _ b: [Bounded], _ numbers: Precision) -> PlainDistance {
    PlainDistance(cosineOf: a, b, numbers) { length in
      length.value < eps ? (Bounded(eps), true) : (length, false)
    }
  }
}

extension RegisteredLoss {
  static let cosineSimilarity = RegisteredLoss(
    "cosine_similarity", default: CosineSimilarity(), spelledOut: CosineSimilarity(eps: 1e-8),
    others: [CosineSimilarity(eps: 0.1)],
    samples: {
      // The second eps is longer than some of the vectors.
      LossUnderTest.vectorShapes.flatMap { shape in
        [1e-8, 2.2].map { LossUnderTest(CosineSimilarity(eps: $0), vectors: shape) }
      }
    },
    largeSamples: { [LossUnderTest(CosineSimilarity(), vectors: [45_000, 3])] },
    generators: [.measure("CosineSimilarity") { CosineSimilarity(eps: $0.real(1e-8..<1)) }])
}
