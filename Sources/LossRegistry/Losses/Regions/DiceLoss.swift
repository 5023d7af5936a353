package import Losses

extension DiceLoss: PlainRegionLoss {
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
    sums.map { $0.tversky(0.5, 0.5, 1, smoothing: smoothing) }
  }
}

extension RegisteredLoss {
  static let dice = RegisteredLoss(
    "dice_loss", default: DiceLoss(),
    spelledOut: DiceLoss(
      mode: .multiclass, smoothing: 0, fromLogits: true, perSample: false, ignoreIndex: nil, reduction: .mean),
    others: [
      DiceLoss(mode: .binary), DiceLoss(mode: .multilabel), DiceLoss(smoothing: 1),
      DiceLoss(fromLogits: false), DiceLoss(perSample: true), DiceLoss(ignoreIndex: 255),
      DiceLoss(reduction: .none),
    ],
    reference: .regions { _ in DiceLoss() },
    samples: { LossUnderTest.regions(DiceLoss(smoothing: 0.25)) },
    largeSamples: { LossUnderTest.largeRegions(DiceLoss(smoothing: 0.25)) },
    generators: [.regions("Dice") { _ in DiceLoss() }])
}
