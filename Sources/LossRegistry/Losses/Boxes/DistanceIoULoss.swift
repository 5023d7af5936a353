package import Losses

extension DistanceIoULoss: PlainBoxLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  func terms(_ boxes: BoundedBoxes) -> PlainBoxTerms {
    let p = 1 / (boxes.union + BoundedBoxes.positive(eps))
    let q = boxes.intersection * p
    let k = 1 / (boxes.squaredDiagonal + BoundedBoxes.positive(eps))
    let t = boxes.squaredOffset * k
    return PlainBoxTerms(
      value: 1 - q + t, intersection: -p - q * p, area: q * p, squaredDiagonal: -t * k, squaredOffset: k)
  }
}

extension RegisteredLoss {
  static let distanceIoU = RegisteredLoss(
    "distance_box_iou_loss", default: DistanceIoULoss(),
    spelledOut: DistanceIoULoss(eps: 1e-7, reduction: .mean),
    others: [DistanceIoULoss(eps: 0.1), DistanceIoULoss(reduction: .none)],
    reference: ReferenceCall(["eps", "reduction"], .elements) {
      DistanceIoULoss(eps: try $0.number("eps"), reduction: try $0.reduction())
    },
    samples: { LossUnderTest.boxes(DistanceIoULoss(eps: 1e-3), LossUnderTest.boxShapes) },
    largeSamples: { LossUnderTest.boxes(DistanceIoULoss(eps: 1e-3), LossUnderTest.largeBoxShapes) },
    generators: [.boxes("DistanceIoU") { DistanceIoULoss(eps: $0) }])
}
