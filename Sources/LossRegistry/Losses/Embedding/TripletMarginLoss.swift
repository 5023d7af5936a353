package import Losses

extension TripletMarginLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .row }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(
        a["anchor"], positive: a["positive"], negative: a["negative"], sampleWeight: a.sampleWeight,
        mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(
      triplets: a, PairwiseDistance(p: p, eps: eps), margin: margin, swap: swap, numbers, &faults)
  }
}

extension RegisteredLoss {
  static let tripletMargin = RegisteredLoss(
    "triplet_margin_loss", default: TripletMarginLoss(),
    spelledOut: TripletMarginLoss(margin: 1, p: 2, eps: 1e-6, swap: false, reduction: .mean),
    others: [
      TripletMarginLoss(margin: 0.3), TripletMarginLoss(p: 1), TripletMarginLoss(eps: 0),
      TripletMarginLoss(swap: true), TripletMarginLoss(reduction: .none),
    ],
    reference: ReferenceCall(["margin", "p", "eps", "swap", "reduction"], .triplet) {
      TripletMarginLoss(
        margin: try $0.number("margin"), p: try $0.number("p"), eps: try $0.number("eps"),
        swap: try $0.boolean("swap"), reduction: try $0.reduction())
    },
    samples: {
      ([[5], [6, 5], [2, 3, 4]] as [Shape]).flatMap { shape in
        [
          LossUnderTest(TripletMarginLoss(margin: 0.8), triplets: shape),
          LossUnderTest(TripletMarginLoss(margin: 0.8, p: 3, eps: 0.01, swap: true), triplets: shape),
        ]
      }
    },
    largeSamples: {
      [LossUnderTest(TripletMarginLoss(margin: 0.8, swap: true), triplets: [420, 333])]
    },
    generators: [
      .triplets("TripletMargin") {
        $0.pairwiseDistance()
      } loss: { distance, margin, swap in
        TripletMarginLoss(margin: margin, p: distance.p, eps: distance.eps, swap: swap)
      }
    ])
}
