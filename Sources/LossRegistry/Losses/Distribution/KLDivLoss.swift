import Foundation
package import Losses

extension KLDivLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let klDiv = RegisteredLoss(
    "kl_div", default: KLDivLoss(), spelledOut: KLDivLoss(logTarget: false, reduction: .mean),
    others: [KLDivLoss(logTarget: true), KLDivLoss(reduction: .batchMean)],
    reference: ReferenceCall(["log_target", "reduction"], .elements) {
      KLDivLoss(logTarget: try $0.boolean("log_target"), reduction: try $0.reduction(hasBatchMean: true))
    },
    samples: {
      let shape: Shape = [2, 3, 4]
      let logProbabilities = Tensor<Double>.random(in: -4..<0, shape, seed: 54)
      let probabilities = Tensor<Double>.random(in: 0.05..<1, shape, seed: 55)
      let arguments = Arguments(input: logProbabilities, target: probabilities)
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { t * (log(t) - x) }
      return [
        LossUnderTest("KLDiv", KLDivLoss(), arguments, formula: formula),
        LossUnderTest(
          "KLDiv weighted", KLDivLoss(), arguments.weighted, isMeanWeighted: true, formula: formula),
        LossUnderTest(
          "KLDiv of logarithms", KLDivLoss(logTarget: true),
          Arguments(input: logProbabilities, target: probabilities.map { log($0) - 0.1 })
        ) { x, t, _ in exp(t) * (t - x) },
      ]
    },
    generators: [
      .elements("KLDiv", -50..<0, 0..<1) { _ in KLDivLoss() },
      .elements("KLDiv of logarithms", -50..<0, -50..<0) { _ in KLDivLoss(logTarget: true) },
      .weightedElements("KLDiv weighted", -50..<0, 0..<1) { _ in KLDivLoss() },
    ])
}
