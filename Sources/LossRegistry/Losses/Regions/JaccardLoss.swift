package import Losses

extension JaccardLoss: PlainRegionLoss {
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

  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    sums.map { $0.tversky(1, 1, 1, smoothing: smoothing) }
  }
}

extension RegisteredLoss {
  static let jaccard = RegisteredLoss(
    "jaccard_loss", default: JaccardLoss(),
    spelledOut: JaccardLoss(
      mode: .multiclass, smoothing: 0, fromLogits: true, perSample: false, ignoreIndex: nil, reduction: .mean),
    others: [
      JaccardLoss(mode: .binary), JaccardLoss(mode: .multilabel), JaccardLoss(smoothing: 1),
      JaccardLoss(fromLogits: false), JaccardLoss(perSample: true), JaccardLoss(ignoreIndex: 255),
      JaccardLoss(reduction: .none),
    ],
    reference: .regions { _ in JaccardLoss() },
    samples: { LossUnderTest.regions(JaccardLoss(smoothing: 0.25)) },
    largeSamples: { LossUnderTest.largeRegions(JaccardLoss(smoothing: 0.25)) },
    generators: [.regions("Jaccard") { _ in JaccardLoss() }])
}
