import Foundation
package import Losses

extension SoftMarginLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let softMargin = RegisteredLoss(
    "soft_margin_loss", default: SoftMarginLoss(), spelledOut: SoftMarginLoss(reduction: .mean),
    others: [SoftMarginLoss(reduction: .sumDivided(by: 0.1))],
    reference: ReferenceCall(["reduction"], .elements) { SoftMarginLoss(reduction: try $0.reduction()) },
    samples: {
      func formula(_ x: Double, _ y: Double, _: Double) -> Double { log(1 + exp(-y * x)) }
      return [
        LossUnderTest("SoftMargin", SoftMarginLoss(), .signed, formula: formula),
        LossUnderTest(
          "SoftMargin weighted", SoftMarginLoss(), .signed.weighted, isMeanWeighted: true, formula: formula),
      ]
    },
    generators: [
      .elements("SoftMargin", -50..<50, -1..<1) { _ in SoftMarginLoss() },
      .weightedElements("SoftMargin weighted", -50..<50, -1..<1) { _ in SoftMarginLoss() },
    ])
}
