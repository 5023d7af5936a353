import Foundation
package import Losses

extension CharbonnierLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
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
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { sqrt((x - t) * (x - t) + 0.25) }
      return [
        LossUnderTest("Charbonnier", CharbonnierLoss(epsilon: 0.5), .regression, formula: formula),
        LossUnderTest(
          "Charbonnier weighted", CharbonnierLoss(epsilon: 0.5), .regression.weighted, isMeanWeighted: true,
          formula: formula),
        LossUnderTest(
          "Charbonnier from 0", CharbonnierLoss(epsilon: 0.5, startsAtZero: true), .regression
        ) { formula($0, $1, $2) - 0.5 },
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
