package import Losses

extension MSELoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    return (d * d, [2 * d, -2 * d])
  }
}

extension RegisteredLoss {
  static let mse = RegisteredLoss(
    "mse_loss", default: MSELoss(), spelledOut: MSELoss(reduction: .mean),
    others: [MSELoss(reduction: .sumDivided(by: 0.1))],
    reference: ReferenceCall(["reduction"], .weightedElements) { MSELoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("MSE", MSELoss(), .regression),
        LossUnderTest("MSE weighted", MSELoss(), .regression.weighted),
      ]
    },
    largeSamples: {
      var (arguments, weight, _) = Arguments.largeElements
      arguments.weight = weight
      return [LossUnderTest("MSE weighted", MSELoss(), arguments)]
    },
    generators: [.weightedElements("MSE", -50..<50, -50..<50) { _ in MSELoss() }])
}
