package import Losses

extension MSELoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let mse = RegisteredLoss(
    "mse_loss", default: MSELoss(), spelledOut: MSELoss(reduction: .mean),
    others: [MSELoss(reduction: .sumDivided(by: 0.1))],
    reference: ReferenceCall(["reduction"], .weightedElements) { MSELoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("MSE", MSELoss(), .regression) { x, t, _ in (x - t) * (x - t) },
        LossUnderTest("MSE weighted", MSELoss(), .regression.weighted, isMeanWeighted: true) { x, t, _ in
          (x - t) * (x - t)
        },
      ]
    },
    largeSamples: {
      var (arguments, weight, _) = Arguments.largeElements
      arguments.weight = weight
      return [
        LossUnderTest("MSE weighted", MSELoss(), arguments, isMeanWeighted: true) { x, t, _ in
          (x - t) * (x - t)
        }
      ]
    },
    generators: [.weightedElements("MSE", -50..<50, -50..<50) { _ in MSELoss() }])
}
