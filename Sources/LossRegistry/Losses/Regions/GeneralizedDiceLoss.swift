import Foundation
package import Losses

extension GeneralizedDiceLoss: RegionAdapter {
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
    samples: {
      LossUnderTest.regions(GeneralizedDiceLoss(smoothing: 0.25, perSample: false), values: values)
    },
    largeSamples: {
      LossUnderTest.largeRegions(GeneralizedDiceLoss(smoothing: 0.25, perSample: false), values: values)
    },
    generators: [.regions("GeneralizedDice") { _ in GeneralizedDiceLoss() }])

  private static func values(_ overlaps: [PlainOverlap]) -> [Double] {
    let least = overlaps.map(\.target).filter { $0 > 0 }.min()!
    let weights = overlaps.map { 1 / pow($0.target > 0 ? $0.target : least, 2) }
    let overlap = zip(weights, overlaps).reduce(0.25) { $0 + 2 * $1.0 * $1.1.intersection }
    let error = zip(weights, overlaps).reduce(0) { $0 + $1.0 * ($1.1.excess + $1.1.lack) }
    return [1 - overlap / (overlap + error)]
  }
}
