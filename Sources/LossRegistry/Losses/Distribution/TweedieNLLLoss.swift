import Foundation
package import Losses

extension TweedieNLLLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let tweedieNLL = RegisteredLoss(
    "tweedie_nll_loss", default: TweedieNLLLoss(),
    spelledOut: TweedieNLLLoss(power: 1.5, reduction: .mean),
    others: [TweedieNLLLoss(power: 1.25), TweedieNLLLoss(reduction: .none)],
    reference: ReferenceCall(["power", "reduction"], .elements) {
      TweedieNLLLoss(power: try $0.number("power"), reduction: try $0.reduction())
    },
    samples: {
      let counts = Arguments(
        input: Tensor<Double>.random(in: -1..<1.5, [3, 4], seed: 71),
        target: .random(in: 0.2..<4, [3, 4], seed: 72))
      func formula(_ x: Double, _ t: Double, _: Double) -> Double {
        t * exp(-0.25 * x) / 0.25 + exp(0.75 * x) / 0.75
      }
      return [
        LossUnderTest("TweedieNLL", TweedieNLLLoss(power: 1.25), counts, formula: formula),
        LossUnderTest(
          "TweedieNLL weighted", TweedieNLLLoss(power: 1.25), counts.weighted, isMeanWeighted: true,
          formula: formula),
      ]
    },
    generators: [
      .elements("TweedieNLL", -20..<20, 0..<50) { TweedieNLLLoss(power: $0.real(1.01..<1.99)) },
      .weightedElements("TweedieNLL weighted", -20..<20, 0..<50) {
        TweedieNLLLoss(power: $0.real(1.01..<1.99))
      },
    ])
}
