package import Losses

extension GeneralizedDiceLoss: PlainRegionLoss {
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

  static var isJoint: Bool { true }

  func terms(_ sums: [BoundedOverlap]) -> [BoundedOverlapTerms] {
    guard let least = sums.map(\.target).filter({ $0 > 0 }).min() else {
      let hasNaN = sums.contains { $0.excess.value.isNaN || $0.target.isNaN }
      return sums.map { _ in hasNaN ? .nan : .nothing }
    }
    let weights = sums.map { sum in
      let ratio = Bounded(sum.target > 0 ? least / sum.target : 1, error: 4e-16)
      return ratio * ratio
    }
    let overlap =
      Bounded(smoothing * least * least, error: smoothing * least * least * 4e-16)
      + 2 * zip(weights, sums).map { $0 * $1.intersection }.sum
    let error = zip(weights, sums).map { $0 * ($1.excess + $1.lack) }.sum
    let denominator = overlap + error
    let ratio = BoundedOverlap.errorShare(error, overlap: overlap)
    return weights.map { weight in
      let share = weight / denominator
      let rest = share * (overlap / denominator)
      return BoundedOverlapTerms(
        value: 1 - overlap / denominator, intersection: -2 * share * ratio, excess: rest, lack: rest)
    }
  }
}

extension RegisteredLoss {
  static let generalizedDice = RegisteredLoss(
    "generalized_dice_loss", default: GeneralizedDiceLoss(),
    spelledOut: GeneralizedDiceLoss(
      mode: .multiclass, smoothing: 1e-5, fromLogits: true, perSample: true, ignoreIndex: nil,
      reduction: .mean),
    others: [
      GeneralizedDiceLoss(mode: .binary), GeneralizedDiceLoss(mode: .multilabel),
      GeneralizedDiceLoss(smoothing: 1),
      GeneralizedDiceLoss(fromLogits: false), GeneralizedDiceLoss(perSample: false),
      GeneralizedDiceLoss(ignoreIndex: 255),
      GeneralizedDiceLoss(reduction: .none),
    ],
    reference: .regions { _ in GeneralizedDiceLoss() },
    samples: { LossUnderTest.regions(GeneralizedDiceLoss(smoothing: 0.25, perSample: false)) },
    largeSamples: { LossUnderTest.largeRegions(GeneralizedDiceLoss(smoothing: 0.25, perSample: false)) },
    generators: [.regions("GeneralizedDice") { _ in GeneralizedDiceLoss() }])
}
