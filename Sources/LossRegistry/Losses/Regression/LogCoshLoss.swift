import Foundation
package import Losses

extension LogCoshLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let logCosh = RegisteredLoss(
    "log_cosh_loss", default: LogCoshLoss(),
    spelledOut: LogCoshLoss(reduction: .mean),
    others: [LogCoshLoss(reduction: .none)],
    reference: ReferenceCall(["reduction"], .elements) { LogCoshLoss(reduction: try $0.reduction()) },
    samples: {
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { log(cosh(x - t)) }
      return [
        LossUnderTest("LogCosh", LogCoshLoss(), .regression, formula: formula),
        LossUnderTest(
          "LogCosh weighted", LogCoshLoss(), .regression.weighted, isMeanWeighted: true, formula: formula),
      ]
    },
    generators: [
      .elements("LogCosh", -50..<50, -50..<50) { _ in LogCoshLoss() },
      .weightedElements("LogCosh weighted", -50..<50, -50..<50) { _ in LogCoshLoss() },
    ])
}
