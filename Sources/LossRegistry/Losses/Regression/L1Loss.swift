package import Losses

extension L1Loss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    return (d.magnitude, [d.sign, -d.sign])
  }
}

extension RegisteredLoss {
  static let l1 = RegisteredLoss(
    "l1_loss", default: L1Loss(), spelledOut: L1Loss(reduction: .mean), others: [L1Loss(reduction: .sum)],
    reference: ReferenceCall(["reduction"], .weightedElements) { L1Loss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("L1", L1Loss(), .regression),
        LossUnderTest("L1 weighted", L1Loss(), .regression.weighted),
      ]
    },
    generators: [.weightedElements("L1", -50..<50, -50..<50) { _ in L1Loss() }])
}
