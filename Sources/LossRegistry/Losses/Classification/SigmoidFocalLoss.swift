import Foundation
package import Losses

extension SigmoidFocalLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let sigmoidFocal = RegisteredLoss(
    "sigmoid_focal_loss", default: SigmoidFocalLoss(),
    spelledOut: SigmoidFocalLoss(alpha: 0.25, gamma: 2, reduction: .mean),
    others: [
      SigmoidFocalLoss(alpha: nil), SigmoidFocalLoss(alpha: 0.5), SigmoidFocalLoss(gamma: 0.5),
      SigmoidFocalLoss(reduction: .none),
    ],
    reference: ReferenceCall(["alpha", "gamma", "reduction"], .elements) {
      SigmoidFocalLoss(
        alpha: try $0.optionalNumber("alpha"), gamma: try $0.number("gamma"), reduction: try $0.reduction())
    },
    samples: {
      let arguments = Arguments(
        input: Tensor<Double>.random(in: -3..<3, [3, 4], seed: 73),
        target: .random(in: 0.05..<0.95, [3, 4], seed: 74))
      func formula(_ x: Double, _ t: Double, _ gamma: Double) -> Double {
        let p = 1 / (1 + exp(-x))
        return pow(t * (1 - p) + (1 - t) * p, gamma) * (-t * log(p) - (1 - t) * log(1 - p))
      }
      return [
        LossUnderTest("SigmoidFocal", SigmoidFocalLoss(), arguments) { x, t, _ in
          (0.25 * t + 0.75 * (1 - t)) * formula(x, t, 2)
        },
        LossUnderTest(
          "SigmoidFocal weighted", SigmoidFocalLoss(gamma: 0.5), arguments.weighted, isMeanWeighted: true
        ) { x, t, _ in
          (0.25 * t + 0.75 * (1 - t)) * formula(x, t, 0.5)
        },
        LossUnderTest("SigmoidFocal without alpha", SigmoidFocalLoss(alpha: nil, gamma: 1.5), arguments) {
          x, t, _ in formula(x, t, 1.5)
        },
      ]
    },
    generators: [
      .elements("SigmoidFocal", -50..<50, 0..<1) { decisions in
        let alpha = decisions.isOne(in: 2) ? decisions.real(0..<1) : nil
        return SigmoidFocalLoss(alpha: alpha, gamma: decisions.choice(of: [0, 2, decisions.real(0..<4)]))
      },
      .weightedElements("SigmoidFocal weighted", -50..<50, 0..<1) {
        SigmoidFocalLoss(gamma: $0.real(0..<4))
      },
    ])
}
