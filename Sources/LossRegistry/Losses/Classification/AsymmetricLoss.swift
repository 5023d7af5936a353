import Foundation
package import Losses

extension AsymmetricLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let asymmetric = RegisteredLoss(
    "asymmetric_loss", default: AsymmetricLoss(),
    spelledOut: AsymmetricLoss(negativeGamma: 4, positiveGamma: 1, clip: 0.05, reduction: .mean),
    others: [
      AsymmetricLoss(negativeGamma: 2), AsymmetricLoss(positiveGamma: 0), AsymmetricLoss(clip: 0),
      AsymmetricLoss(reduction: .none),
    ],
    reference: ReferenceCall(
      ["negative_gamma", "positive_gamma", "clip", "reduction"], .elements
    ) {
      AsymmetricLoss(
        negativeGamma: try $0.number("negative_gamma"), positiveGamma: try $0.number("positive_gamma"),
        clip: try $0.number("clip"), reduction: try $0.reduction())
    },
    samples: {
      let arguments = Arguments(
        input: Tensor<Double>.random(in: -3..<3, [3, 4], seed: 73),
        target: .random(in: 0.05..<0.95, [3, 4], seed: 74))
      func formula(_ x: Double, _ t: Double, clip: Double, positive: Double, negative: Double) -> Double {
        let p = 1 / (1 + exp(-x))
        let h = max(0, p - clip)
        return pow(t * (1 - p) + (1 - t) * h, positive * t + negative * (1 - t))
          * (-t * log(p) - (1 - t) * log(1 - h))
      }
      return [
        LossUnderTest("Asymmetric", AsymmetricLoss(), arguments) { x, t, _ in
          formula(x, t, clip: 0.05, positive: 1, negative: 4)
        },
        LossUnderTest(
          "Asymmetric weighted", AsymmetricLoss(positiveGamma: 0.5, clip: 0.3), arguments.weighted,
          isMeanWeighted: true
        ) { x, t, _ in
          formula(x, t, clip: 0.3, positive: 0.5, negative: 4)
        },
        LossUnderTest("Asymmetric without clip", AsymmetricLoss(clip: 0), arguments) { x, t, _ in
          formula(x, t, clip: 0, positive: 1, negative: 4)
        },
      ]
    },
    generators: [
      .elements("Asymmetric", -50..<50, 0..<1) { decisions in
        let (negative, positive) = (
          decisions.real(0..<5), decisions.choice(of: [0, 1, decisions.real(0..<3)])
        )
        return AsymmetricLoss(
          negativeGamma: negative, positiveGamma: positive,
          clip: decisions.choice(of: [0, 0.05, decisions.real(0..<0.5)]))
      },
      .weightedElements("Asymmetric weighted", -50..<50, 0..<1) { decisions in
        let (negative, positive) = (
          decisions.real(0..<5), decisions.choice(of: [0, 1, decisions.real(0..<3)])
        )
        return AsymmetricLoss(
          negativeGamma: negative, positiveGamma: positive,
          clip: decisions.choice(of: [0, 0.05, decisions.real(0..<0.5)]))
      },
    ])
}
