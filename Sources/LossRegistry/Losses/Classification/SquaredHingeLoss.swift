package import Losses

extension SquaredHingeLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let gap = 1 - t * x
    let zero = Bounded(0, ulp: gap.ulp)
    let hinge = gap.raised(to: zero)
    return (
      hinge * hinge,
      [t, x].map { gap.value < 0 ? Bounded(0, error: hinge.error, ulp: gap.ulp) : -2 * hinge * $0 }
    )
  }
}

extension RegisteredLoss {
  static let squaredHinge = RegisteredLoss(
    "squared_hinge_loss", default: SquaredHingeLoss(),
    spelledOut: SquaredHingeLoss(reduction: .mean),
    others: [SquaredHingeLoss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .elements) { SquaredHingeLoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("SquaredHinge", SquaredHingeLoss(), .signed),
        LossUnderTest("SquaredHinge weighted", SquaredHingeLoss(), .signed.weighted),
      ]
    },
    generators: [
      .elements("SquaredHinge", -5..<5, -1..<1) { _ in SquaredHingeLoss() },
      .weightedElements("SquaredHinge weighted", -5..<5, -1..<1) { _ in SquaredHingeLoss() },
    ])
}
