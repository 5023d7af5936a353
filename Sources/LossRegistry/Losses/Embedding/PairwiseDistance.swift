package import Losses

extension PairwiseDistance: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }
}

extension RegisteredLoss {
  static let pairwiseDistance = RegisteredLoss(
    "pairwise_distance", default: PairwiseDistance(), spelledOut: PairwiseDistance(p: 2, eps: 1e-6),
    others: [PairwiseDistance(p: 1), PairwiseDistance(eps: 0)],
    samples: {
      let norms = [0.5, 1, 1.5, 2, 3, .infinity].map { p in
        LossUnderTest(measure: [3, 4], PairwiseDistance(p: p, eps: 0.01)) {
          pNorm($0, $1, p: p, eps: 0.01)
        }
      }
      let shapes = LossUnderTest.vectorShapes.map {
        LossUnderTest(measure: $0, PairwiseDistance()) { pNorm($0, $1, p: 2, eps: 1e-6) }
      }
      return norms + shapes
    },
    generators: [.measure("PairwiseDistance") { $0.pairwiseDistance() }])
}
