import Foundation
package import Losses

extension KLDivLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    if !logTarget {
      let d = t.logarithm - x
      return (t.isZero ? 0 : t * d, [-t, t.isZero ? t.logarithm : d + 1])
    }
    let p = t.exponential
    // What is below all normal numbers may be 0, which wins against an infinity.
    if p.value < numbers.leastNormal, !p.isZero, x.value.isInfinite {
      return (Bounded(0, error: .infinity), [-p, Bounded(0, error: .infinity)])
    }
    let value = p.isZero ? 0 : p * (t - x)
    return (value, [-p, value + p])
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
      let logarithms = Arguments(input: logProbabilities, target: probabilities.map { log($0) - 0.1 })
      return [
        LossUnderTest("KLDiv", KLDivLoss(), arguments),
        LossUnderTest("KLDiv weighted", KLDivLoss(), arguments.weighted),
        LossUnderTest("KLDiv of logarithms", KLDivLoss(logTarget: true), logarithms),
      ]
    },
    generators: [
      .elements("KLDiv", -50..<0, 0..<1) { _ in KLDivLoss() },
      .elements("KLDiv of logarithms", -50..<0, -50..<0) { _ in KLDivLoss(logTarget: true) },
      .weightedElements("KLDiv weighted", -50..<0, 0..<1) { _ in KLDivLoss() },
    ])
}
