import Foundation
package import Losses

extension HuberLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
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
      func formula(_ x: Double, _ t: Double, _: Double) -> Double {
        let distance = abs(x - t)
        return distance < 0.6 ? distance * distance / 2 : 0.6 * (distance - 0.3)
      }
      return [
        LossUnderTest("Huber", HuberLoss(delta: 0.6), .regression, formula: formula),
        LossUnderTest("Huber weighted", HuberLoss(delta: 0.6), .regression.weighted, formula: formula),
      ]
    },
    generators: [
      .weightedElements("Huber", -50..<50, -50..<50) { HuberLoss(delta: $0.real(0.01..<5)) }
    ])
}
