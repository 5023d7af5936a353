package import Losses

extension MarginRankingLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .element }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a["input1"], input2: a["input2"], target: a.target, weight: a.weight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(elementsOf: a, ["input1", "input2", "target"], numbers, &faults) { elements in
      let (x1, x2, y) = (elements[0], elements[1], elements[2])
      let gap = -y * (x1 - x2) + numbers.rounded(margin)
      // A gap of ∞ − ∞ has no slope.
      let isUndefined = gap.value.isNaN && elements.allSatisfy { !$0.value.isNaN }
      let slope = isUndefined ? Bounded(0, ulp: gap.ulp) : gap.step(atZero: 1)
      return (gap.raised(to: Bounded(0, ulp: gap.ulp)), [-y * slope, y * slope, (x2 - x1) * slope])
    }
  }
}

extension RegisteredLoss {
  static let marginRanking = RegisteredLoss(
    "margin_ranking_loss", default: MarginRankingLoss(),
    spelledOut: MarginRankingLoss(margin: 0, reduction: .mean),
    others: [MarginRankingLoss(margin: 0.3), MarginRankingLoss(reduction: .none)],
    reference: ReferenceCall(["margin", "reduction"], .pair) {
      MarginRankingLoss(margin: try $0.number("margin"), reduction: try $0.reduction())
    },
    samples: {
      let shape: Shape = [3, 4]
      return [
        LossUnderTest(
          "MarginRanking", MarginRankingLoss(margin: 0.5),
          Arguments([
            "input1": .random(in: -3..<3, shape, seed: 61), "input2": .random(in: -3..<3, shape, seed: 62),
            "target": Tensor<Int>.random(in: 0..<2, shape, seed: 63).map { Double(2 * $0 - 1) },
          ]))
      ]
    },
    generators: [
      Generator("MarginRanking") { decisions in
        let margin = decisions.real(-1..<1)
        let shape = decisions.shape(ranks: 0...4)
        let digested = decisions.choice(of: [["input1", "input2"], ["input2", "target"]])
        return Generator.Call(
          MarginRankingLoss(margin: margin),
          Arguments([
            "input1": decisions.tensor(shape, -50..<50), "input2": decisions.tensor(shape, -50..<50),
            "target": decisions.pairLabels(shape),
          ]), digested: digested)
      }
    ])
}
