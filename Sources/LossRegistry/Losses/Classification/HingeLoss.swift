package import Losses

extension HingeLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let gap = 1 - t * x
    let zero = Bounded(0, ulp: gap.ulp)
    let slope = gap.step(atZero: 1)
    return (gap.raised(to: zero), [t, x].map { slope.value == 0 ? zero : -$0 * slope })
  }
}

extension RegisteredLoss {
  static let hinge = RegisteredLoss(
    "hinge_loss", default: HingeLoss(),
    spelledOut: HingeLoss(reduction: .mean),
    others: [HingeLoss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .elements) { HingeLoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("Hinge", HingeLoss(), .signed),
        LossUnderTest("Hinge weighted", HingeLoss(), .signed.weighted),
      ]
    },
    generators: [
      .elements("Hinge", -5..<5, -1..<1) { _ in HingeLoss() },
      .weightedElements("Hinge weighted", -5..<5, -1..<1) { _ in HingeLoss() },
    ])
}
