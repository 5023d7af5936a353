import Foundation
package import Losses

extension CompleteIoULoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, sampleWeight: a.sampleWeight, mask: a.mask))
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
    samples: { boxes(LossUnderTest.boxShapes) },
    largeSamples: { boxes(LossUnderTest.largeBoxShapes) },
    generators: [.boxes("CompleteIoU") { CompleteIoULoss(eps: $0) }])

  private static func boxes(_ shapes: [Shape]) -> [LossUnderTest] {
    LossUnderTest.boxes(CompleteIoULoss(eps: 1e-3), shapes, gradientsAreDerivatives: false) { boxes in
      let (a, b) = (boxes.a, boxes.b)
      let angle = atan((b[2] - b[0]) / (b[3] - b[1])) - atan((a[2] - a[0]) / (a[3] - a[1]))
      let v = 4 / (Double.pi * Double.pi) * angle * angle
      let alpha = v / (1 - boxes.intersection / (boxes.union + 1e-3) + v + 1e-3)
      return boxes.distance(1e-3) + alpha * v
    }
  }
}
