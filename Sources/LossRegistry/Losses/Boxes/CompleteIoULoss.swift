package import Losses

extension CompleteIoULoss: PlainBoxLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
  }

  func terms(_ boxes: BoundedBoxes) -> PlainBoxTerms {
    var terms = DistanceIoULoss(eps: eps).terms(boxes)
    let shapes = [0, 1].compactMap { PlainShape(boxes, $0) }
    // A point has no shape.
    if shapes.count < 2 { return terms }
    let (a, b) = (shapes[0], shapes[1])
    let angle = Bounded.angle(
      b.width * a.height - a.width * b.height, a.width * b.width + a.height * b.height)
    let factor = Bounded(4 / (Double.pi * .pi), error: 1e-16)
    let v = factor * angle * angle
    let q = boxes.intersection / (boxes.union + BoundedBoxes.positive(eps))
    let alpha = v / (1 - q + v + BoundedBoxes.positive(eps))
    terms.value += alpha * v
    let slope = 2 * factor * alpha * angle
    terms.sides = [0, 1].map { box in
      let shape = shapes[box]
      let own = (box == 0 ? slope : -slope) / (shape.width * shape.width + shape.height * shape.height)
      return (-own * shape.height * shape.scale, own * shape.width * shape.scale)
    }
    return terms
  }
}

/// The sides of a box, times a power of two that brings the longer one near 1, so that no square underflows.
private struct PlainShape {
  let (width, height): (Bounded, Bounded)
  let scale: Bounded

  /// Returns `nil` for a point.
  init?(_ boxes: BoundedBoxes, _ box: Int) {
    let (width, height) = (boxes.width(box), boxes.height(box))
    let longer = max(width.value, height.value)
    guard longer > 0, longer.isFinite else { return nil }
    let power = Double(sign: .plus, exponent: min(-longer.exponent, 1000), significand: 1)
    func scaled(_ side: Bounded) -> Bounded {
      Bounded(side.value * power, error: side.error * power, ulp: side.ulp)
    }
    (self.width, self.height, scale) = (scaled(width), scaled(height), Bounded(power))
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
