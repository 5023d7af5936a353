package import Losses

extension CosineDistance: PlainMeasure {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }

  /// The hyperparameter, which is that of a similarity inside.
  private var eps: Double {
    let parts = Mirror(reflecting: self).children.compactMap { $0.value as? CosineSimilarity }
    return parts[0].eps
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0)
  }

  func distance(_ a: [Bounded], _ b: [Bounded], _ numbers: Precision) -> PlainDistance {
    let cosine = CosineSimilarity(eps: eps).distance(a, b, numbers)
    return PlainDistance(1 - cosine.value, cosine.first.map { -$0 }, cosine.second.map { -$0 })
  }
}

extension RegisteredLoss {
  static let cosineDistance = RegisteredLoss(
    nil, default: CosineDistance(), spelledOut: CosineDistance(eps: 1e-8),
    others: [CosineDistance(eps: 0.1)],
    samples: { LossUnderTest.vectorShapes.map { LossUnderTest(CosineDistance(), vectors: $0) } },
    generators: [.measure("CosineDistance") { CosineDistance(eps: $0.real(1e-8..<1)) }])
}
