package import Losses

extension JaccardLoss: RegionAdapter {
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
    samples: { LossUnderTest.regions(JaccardLoss(smoothing: 0.25), values: values) },
    largeSamples: { LossUnderTest.largeRegions(JaccardLoss(smoothing: 0.25), values: values) },
    generators: [.regions("Jaccard") { _ in JaccardLoss() }])

  private static func values(_ overlaps: [PlainOverlap]) -> [Double] {
    overlaps.map { $0.tversky(1, 1, smoothing: 0.25) }
  }
}
