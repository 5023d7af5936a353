package import Losses

extension PairwiseDistance: PlainMeasure {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], a["input2"]))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("p", p, isAllowed: p > 0)
    faults.hyperparameter("eps", eps, isAllowed: !eps.isNaN)
  }

  // ∂‖d‖/∂d = sign d · (|d| / ‖d‖)^(p − 1). For p = ∞ all elements that are the largest share 1.
  func distance(_ a: [Bounded], _ b: [Bounded], _ numbers: Precision) -> PlainDistance {
    let d = zip(a, b).map { $0 - $1 + numbers.rounded(eps) }
    let hasNaN = d.contains { $0.value.isNaN }
    let zero = Bounded(0, ulp: numbers.ulp)
    let largest = hasNaN ? Bounded(.nan) : d.reduce(zero) { $0.raised(to: $1.magnitude) }
    if largest.isZero || !largest.value.isFinite {
      return PlainDistance(largest, d.map { _ in zero }, d.map { _ in zero })
    }
    var slopes: [Bounded]
    let norm: Bounded
    if p == .infinity {
      norm = largest
      let ties = d.filter { $0.value.magnitude == largest.value }.count
      slopes = d.map { $0.value.magnitude == largest.value ? $0.sign / Bounded(Double(ties)) : 0 }
    } else {
      // Scaled, so that no power is out of range.
      norm = largest * d.map { ($0.magnitude / largest).power(p) }.sum.power(1 / p)
      slopes = d.map { $0.isZero ? 0 : $0.sign * ($0.magnitude / norm).power(p - 1) }
    }
    return PlainDistance(norm, slopes, slopes.map { -$0 })
  }
}

extension RegisteredLoss {
  static let pairwiseDistance = RegisteredLoss(
    "pairwise_distance", default: PairwiseDistance(), spelledOut: PairwiseDistance(p: 2, eps: 1e-6),
    others: [PairwiseDistance(p: 1), PairwiseDistance(eps: 0)],
    samples: {
      [0.5, 1, 1.5, 2, 3, .infinity].map {
        LossUnderTest(PairwiseDistance(p: $0, eps: 0.01), vectors: [3, 4])
      } + LossUnderTest.vectorShapes.map { LossUnderTest(PairwiseDistance(), vectors: $0) }
    },
    generators: [.measure("PairwiseDistance") { $0.pairwiseDistance() }])
}
