package import Losses

extension HuberLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  var plainWeighting: ElementWeighting { .sameShape }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("delta", delta, isAllowed: delta > 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, delta) = (x - t, numbers.rounded(delta))
    // At the joint, value and derivative of both parts are equal.
    if d.magnitude.value > delta.value {
      let slope = d.sign * delta
      return (delta * (d.magnitude - delta / 2), [slope, -slope])
    }
    return (d * d / 2, [d, -d])
  }
}

extension RegisteredLoss {
  static let huber = RegisteredLoss(
    "huber_loss", default: HuberLoss(), spelledOut: HuberLoss(delta: 1, reduction: .mean),
    others: [
      HuberLoss(delta: 0.3, reduction: .none), HuberLoss(reduction: .none), HuberLoss(delta: 0.3),
    ],
    reference: ReferenceCall(["delta", "reduction"], .weightedElements) {
      HuberLoss(delta: try $0.number("delta"), reduction: try $0.reduction())
    },
    samples: {
      [
        LossUnderTest("Huber", HuberLoss(delta: 0.6), .regression),
        LossUnderTest("Huber weighted", HuberLoss(delta: 0.6), .regression.weighted),
      ]
    },
    generators: [
      .weightedElements("Huber", -50..<50, -50..<50) { HuberLoss(delta: $0.real(0.01..<5)) }
    ])
}
