package import Losses

extension DistanceIoULoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
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
    samples: { boxes(LossUnderTest.boxShapes) },
    largeSamples: { boxes(LossUnderTest.largeBoxShapes) },
    generators: [.boxes("DistanceIoU") { DistanceIoULoss(eps: $0) }])

  private static func boxes(_ shapes: [Shape]) -> [LossUnderTest] {
    LossUnderTest.boxes(DistanceIoULoss(eps: 1e-3), shapes) { $0.distance(1e-3) }
  }
}
