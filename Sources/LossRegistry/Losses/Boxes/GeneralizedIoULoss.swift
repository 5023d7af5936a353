package import Losses

extension GeneralizedIoULoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
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
    samples: { boxes(LossUnderTest.boxShapes) },
    largeSamples: { boxes(LossUnderTest.largeBoxShapes) },
    generators: [.boxes("GeneralizedIoU") { GeneralizedIoULoss(eps: $0) }])

  private static func boxes(_ shapes: [Shape]) -> [LossUnderTest] {
    LossUnderTest.boxes(GeneralizedIoULoss(eps: 1e-3), shapes) { boxes in
      let area = boxes.enclosing.width * boxes.enclosing.height
      return 1 - boxes.intersection / (boxes.union + 1e-3) + (area - boxes.union) / (area + 1e-3)
    }
  }
}
