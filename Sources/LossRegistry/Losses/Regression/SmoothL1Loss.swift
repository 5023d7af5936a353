import Foundation
package import Losses

extension SmoothL1Loss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
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
      func formula(_ x: Double, _ t: Double, _: Double) -> Double {
        let distance = abs(x - t)
        return distance < 0.6 ? distance * distance / 1.2 : distance - 0.3
      }
      return [
        LossUnderTest("SmoothL1", SmoothL1Loss(beta: 0.6), .regression, formula: formula),
        LossUnderTest(
          "SmoothL1 weighted", SmoothL1Loss(beta: 0.6), .regression.weighted, isMeanWeighted: true,
          formula: formula),
        LossUnderTest("SmoothL1 without parabola", SmoothL1Loss(beta: 0), .regression) { x, t, _ in
          abs(x - t)
        },
      ]
    },
    generators: [
      .elements("SmoothL1", -50..<50, -50..<50) { SmoothL1Loss(beta: $0.real(0..<5)) },
      .weightedElements("SmoothL1 weighted", -50..<50, -50..<50) { SmoothL1Loss(beta: $0.real(0..<5)) },
    ])
}
