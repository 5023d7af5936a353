import Foundation
package import Losses

extension L1Loss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let l1 = RegisteredLoss(
    "l1_loss", default: L1Loss(), spelledOut: L1Loss(reduction: .mean), others: [L1Loss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .weightedElements) { L1Loss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("L1", L1Loss(), .regression) { x, t, _ in abs(x - t) },
        LossUnderTest("L1 weighted", L1Loss(), .regression.weighted, isMeanWeighted: true) { x, t, _ in
          abs(x - t)
        },
      ]
    },
    generators: [.weightedElements("L1", -50..<50, -50..<50) { _ in L1Loss() }])
}
