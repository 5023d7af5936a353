package import Losses

extension SoftMarginLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ y: Bounded, _: Precision) -> PlainTerms {
    let z = -y * x
    return (z.softplus, [-y * z.sigmoid, -x * z.sigmoid])
  }
}

extension RegisteredLoss {
  static let softMargin = RegisteredLoss(
    "soft_margin_loss", default: SoftMarginLoss(), spelledOut: SoftMarginLoss(reduction: .mean),
    others: [SoftMarginLoss(reduction: .sumDivided(by: 0.1))],
    reference: ReferenceCall(["reduction"], .elements) { SoftMarginLoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("SoftMargin", SoftMarginLoss(), .signed),
        LossUnderTest("SoftMargin weighted", SoftMarginLoss(), .signed.weighted),
      ]
    },
    generators: [
      .elements("SoftMargin", -50..<50, -1..<1) { _ in SoftMarginLoss() },
      .weightedElements("SoftMargin weighted", -50..<50, -1..<1) { _ in SoftMarginLoss() },
    ])
}
