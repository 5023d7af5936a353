package import Losses

extension CompleteIoULoss: PlainBoxLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  func terms(_ boxes: BoundedBoxes) -> PlainBoxTerms {
    var terms = DistanceIoULoss(eps: eps).terms(boxes)
    func squaredDiagonal(_ box: Int) -> Bounded {
      boxes.width(box) * boxes.width(box) + boxes.height(box) * boxes.height(box)
    }
    if squaredDiagonal(0).value == 0 || squaredDiagonal(1).value == 0 { return terms }
    let angle = Bounded.angle(
      boxes.width(1) * boxes.height(0) - boxes.width(0) * boxes.height(1),
      boxes.width(0) * boxes.width(1) + boxes.height(0) * boxes.height(1))
    let factor = Bounded(4 / (Double.pi * .pi), error: 1e-16)
    let v = factor * angle * angle
    let q = boxes.intersection / (boxes.union + BoundedBoxes.positive(eps))
    let alpha = v / (1 - q + v + BoundedBoxes.positive(eps))
    terms.value += alpha * v
    let slope = 2 * factor * alpha * angle
    terms.sides = [0, 1].map { box in
      let own = (box == 0 ? slope : -slope) / squaredDiagonal(box)
      return (-own * boxes.height(box), own * boxes.width(box))
    }
    return terms
  }
}

extension RegisteredLoss {
  static let completeIoU = RegisteredLoss(
    "complete_box_iou_loss", default: CompleteIoULoss(),
    spelledOut: CompleteIoULoss(eps: 1e-7, reduction: .mean),
    others: [CompleteIoULoss(eps: 0.1), CompleteIoULoss(reduction: .none)],
    reference: ReferenceCall(["eps", "reduction"], .elements) {
      CompleteIoULoss(eps: try $0.number("eps"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.boxes(CompleteIoULoss(eps: 1e-3), LossUnderTest.boxShapes, gradientsAreDerivatives: false)
    },
    largeSamples: {
      LossUnderTest.boxes(
        CompleteIoULoss(eps: 1e-3), LossUnderTest.largeBoxShapes, gradientsAreDerivatives: false)
    },
    generators: [.boxes("CompleteIoU") { CompleteIoULoss(eps: $0) }])
}
