package import Losses

extension SmoothL1Loss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("beta", beta, isAllowed: beta >= 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, beta) = (x - t, numbers.rounded(beta))
    if beta.isZero { return L1Loss().terms(x, t, numbers) }
    // Such a parabola is a line to any precision.
    if beta.value < numbers.leastNormal, d.magnitude.value <= numbers.leastNormal {
      return (Bounded(0, error: numbers.leastNormal), [d.sign, -d.sign].map { _ in Bounded(0, error: 1) })
    }
    if d.magnitude.value >= beta.value { return (d.magnitude - beta / 2, [d.sign, -d.sign]) }
    return (d * d / (2 * beta), [d / beta, -d / beta])
  }
}

extension RegisteredLoss {
  static let smoothL1 = RegisteredLoss(
    "smooth_l1_loss", default: SmoothL1Loss(), spelledOut: SmoothL1Loss(beta: 1, reduction: .mean),
    others: [
      SmoothL1Loss(beta: 0.3, reduction: .none), SmoothL1Loss(reduction: .none), SmoothL1Loss(beta: 0.3),
    ],
    reference: ReferenceCall(["beta", "reduction"], .elements) {
      SmoothL1Loss(beta: try $0.number("beta"), reduction: try $0.reduction())
    },
    samples: {
      [
        LossUnderTest("SmoothL1", SmoothL1Loss(beta: 0.6), .regression),
        LossUnderTest("SmoothL1 weighted", SmoothL1Loss(beta: 0.6), .regression.weighted),
        LossUnderTest("SmoothL1 without parabola", SmoothL1Loss(beta: 0), .regression),
      ]
    },
    generators: [
      .elements("SmoothL1", -50..<50, -50..<50) { SmoothL1Loss(beta: $0.real(0..<5)) },
      .weightedElements("SmoothL1 weighted", -50..<50, -50..<50) { SmoothL1Loss(beta: $0.real(0..<5)) },
    ])
}
