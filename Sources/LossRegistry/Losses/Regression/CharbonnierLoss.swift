package import Losses

extension CharbonnierLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("epsilon", epsilon, isAllowed: epsilon > 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, epsilon) = (x - t, numbers.rounded(epsilon))
    // What is below all normal numbers, or infinite, is not compared.
    if epsilon.value < numbers.leastNormal || epsilon.value.isInfinite {
      return (Bounded(0, error: .infinity), [Bounded(0, error: .infinity), Bounded(0, error: .infinity)])
    }
    let ratio = d / epsilon
    let root = (1 + ratio * ratio).squareRoot
    if d.value.isInfinite { return (d.magnitude, [d.sign, -d.sign]) }
    let value = startsAtZero ? d * (ratio / (1 + root)) : epsilon * root
    return (value, [ratio / root, -(ratio / root)])
  }
}

extension RegisteredLoss {
  static let charbonnier = RegisteredLoss(
    "charbonnier_loss", default: CharbonnierLoss(),
    spelledOut: CharbonnierLoss(epsilon: 1e-3, startsAtZero: false, reduction: .mean),
    others: [
      CharbonnierLoss(epsilon: 0.1), CharbonnierLoss(startsAtZero: true), CharbonnierLoss(reduction: .none),
    ],
    reference: ReferenceCall(["epsilon", "reduction"], .elements) {
      CharbonnierLoss(epsilon: try $0.number("epsilon"), reduction: try $0.reduction())
    },
    samples: {
      [
        LossUnderTest("Charbonnier", CharbonnierLoss(epsilon: 0.5), .regression),
        LossUnderTest("Charbonnier weighted", CharbonnierLoss(epsilon: 0.5), .regression.weighted),
        LossUnderTest(
          "Charbonnier from 0", CharbonnierLoss(epsilon: 0.5, startsAtZero: true), .regression),
      ]
    },
    generators: [
      .elements("Charbonnier", -50..<50, -50..<50) { decisions in
        CharbonnierLoss(epsilon: decisions.real(0.001..<5), startsAtZero: decisions.isOne(in: 2))
      },
      .weightedElements("Charbonnier weighted", -50..<50, -50..<50) { decisions in
        CharbonnierLoss(epsilon: decisions.real(0.001..<5), startsAtZero: decisions.isOne(in: 2))
      },
    ])
}
