package import Losses

extension HingeLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let hinge = RegisteredLoss(
    "hinge_loss", default: HingeLoss(),
    spelledOut: HingeLoss(reduction: .mean),
    others: [HingeLoss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .elements) { HingeLoss(reduction: try $0.reduction()) },
    samples: {
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { max(0, 1 - t * x) }
      return [
        LossUnderTest("Hinge", HingeLoss(), .signed, formula: formula),
        LossUnderTest(
          "Hinge weighted", HingeLoss(), .signed.weighted, isMeanWeighted: true, formula: formula),
      ]
    },
    generators: [
      .elements("Hinge", -5..<5, -1..<1) { _ in HingeLoss() },
      .weightedElements("Hinge weighted", -5..<5, -1..<1) { _ in HingeLoss() },
    ])
}
