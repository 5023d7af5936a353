package import Losses

extension SquaredHingeLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let squaredHinge = RegisteredLoss(
    "squared_hinge_loss", default: SquaredHingeLoss(),
    spelledOut: SquaredHingeLoss(reduction: .mean),
    others: [SquaredHingeLoss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .elements) { SquaredHingeLoss(reduction: try $0.reduction()) },
    samples: {
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { max(0, 1 - t * x) * max(0, 1 - t * x) }
      return [
        LossUnderTest("SquaredHinge", SquaredHingeLoss(), .signed, formula: formula),
        LossUnderTest(
          "SquaredHinge weighted", SquaredHingeLoss(), .signed.weighted, isMeanWeighted: true,
          formula: formula),
      ]
    },
    generators: [
      .elements("SquaredHinge", -5..<5, -1..<1) { _ in SquaredHingeLoss() },
      .weightedElements("SquaredHinge weighted", -5..<5, -1..<1) { _ in SquaredHingeLoss() },
    ])
}
