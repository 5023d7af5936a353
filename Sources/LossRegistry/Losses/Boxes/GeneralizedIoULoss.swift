package import Losses

extension GeneralizedIoULoss: PlainBoxLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  func terms(_ boxes: BoundedBoxes) -> PlainBoxTerms {
    let p = 1 / (boxes.union + BoundedBoxes.positive(eps))
    let q = boxes.intersection * p
    let area = boxes.enclosingArea
    let r = area.value == 0 ? 0 : 1 / (area + BoundedBoxes.positive(eps))
    let g = (area - boxes.union) * r
    // (1 − g)·r, of which nothing cancels.
    let enclosingArea = r * ((boxes.union + Bounded(eps)) * r)
    return PlainBoxTerms(
      value: 1 - q + g, intersection: r - p - q * p, area: q * p - r, enclosingArea: enclosingArea)
  }
}

extension RegisteredLoss {
  static let generalizedIoU = RegisteredLoss(
    "generalized_box_iou_loss", default: GeneralizedIoULoss(),
    spelledOut: GeneralizedIoULoss(eps: 1e-7, reduction: .mean),
    others: [GeneralizedIoULoss(eps: 0.1), GeneralizedIoULoss(reduction: .none)],
    reference: ReferenceCall(["eps", "reduction"], .elements) {
      GeneralizedIoULoss(eps: try $0.number("eps"), reduction: try $0.reduction())
    },
    samples: { LossUnderTest.boxes(GeneralizedIoULoss(eps: 1e-3), LossUnderTest.boxShapes) },
    largeSamples: { LossUnderTest.boxes(GeneralizedIoULoss(eps: 1e-3), LossUnderTest.largeBoxShapes) },
    generators: [.boxes("GeneralizedIoU") { GeneralizedIoULoss(eps: $0) }])
}
