package import Losses

extension MarginRankingLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a["input1"], input2: a["input2"], target: a.target, weight: a.weight, mask: a.mask))
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
      let (first, second) = (
        Tensor<Double>.random(in: -3..<3, shape, seed: 61), Tensor<Double>.random(in: -3..<3, shape, seed: 62)
      )
      let y = Tensor<Int>.random(in: 0..<2, shape, seed: 63).map { Double(2 * $0 - 1) }
      return [
        LossUnderTest(
          name: "MarginRanking", loss: MarginRankingLoss(margin: 0.5),
          arguments: Arguments(["input1": first, "input2": second, "target": y]),
          expected: Tensor(shape: shape) { max(0, -y[$0] * (first[$0] - second[$0]) + 0.5) },
          meanDenominator: 12, batch: 3)
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
