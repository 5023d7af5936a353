package import Losses

extension TverskyLoss: PlainRegionLoss {
  package func evaluation<S: LossScalar>(
    of a: Arguments<S>, labels: Tensor<some FixedWidthInteger & TensorScalar>
  ) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: labels, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  package func evaluation<S: LossScalar>(
    of a: Arguments<S>, masks: Tensor<S>
  ) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: masks, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    for (name, value) in [("alpha", alpha), ("beta", beta), ("gamma", gamma)] {
      faults.hyperparameter(name, value, isAllowed: value >= 0 && value.isFinite)
    }
  }

  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    sums.map { $0.tversky(alpha, beta, gamma, smoothing: smoothing) }
  }
}

extension RegisteredLoss {
  static let tversky = RegisteredLoss(
    "tversky_loss", default: TverskyLoss(),
    spelledOut: TverskyLoss(
      mode: .multiclass, alpha: 0.5, beta: 0.5, gamma: 1, smoothing: 0, fromLogits: true, perSample: false,
      ignoreIndex: nil, reduction: .mean),
    others: [
      TverskyLoss(mode: .binary), TverskyLoss(mode: .multilabel), TverskyLoss(smoothing: 1),
      TverskyLoss(fromLogits: false), TverskyLoss(perSample: true), TverskyLoss(ignoreIndex: 255),
      TverskyLoss(alpha: 0.25), TverskyLoss(beta: 0.75), TverskyLoss(gamma: 2),
      TverskyLoss(reduction: .none),
    ],
    reference: .regions(["alpha", "beta", "gamma"]) {
      TverskyLoss(alpha: try $0.number("alpha"), beta: try $0.number("beta"), gamma: try $0.number("gamma"))
    },
    samples: { LossUnderTest.regions(TverskyLoss(alpha: 0.25, beta: 0.75, gamma: 1.5, smoothing: 0.25)) },
    largeSamples: {
      LossUnderTest.largeRegions(TverskyLoss(alpha: 0.25, beta: 0.75, gamma: 1.5, smoothing: 0.25))
    },
    generators: [
      .regions("Tversky") { decisions in
        TverskyLoss(
          alpha: decisions.real(0..<2), beta: decisions.real(0..<2),
          gamma: decisions.choice(of: [1, 2, 0.5, decisions.real(0.25..<4)]))
      }
    ])
}
