import Foundation
package import Losses

extension FocalLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension RegisteredLoss {
  static let focal = RegisteredLoss(
    "focal_loss", default: FocalLoss(),
    spelledOut: FocalLoss(gamma: 2, ignoreIndex: -100, labelSmoothing: 0, reduction: .mean),
    others: [
      FocalLoss(gamma: 0.5), FocalLoss(ignoreIndex: 3), FocalLoss(labelSmoothing: 0.1),
      FocalLoss(reduction: .none), FocalLoss(classAxis: -1),
    ],
    reference: ReferenceCall(["gamma", "ignore_index", "label_smoothing", "reduction"], .labelled) {
      FocalLoss(
        gamma: try $0.number("gamma"), ignoreIndex: try $0.integer("ignore_index"),
        labelSmoothing: try $0.number("label_smoothing"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest("Focal \(shape)", FocalLoss(), shape) { pow(1 - exp(-$0), 2) * $0 },
          LossUnderTest(
            "Focal \(shape) weighted, ignoring", FocalLoss(gamma: 0.5, ignoreIndex: 1), shape,
            isWeighted: true, ignoreIndex: 1
          ) { pow(1 - exp(-$0), 0.5) * $0 },
          LossUnderTest(smoothedFocal: "Focal \(shape) smoothed", shape),
        ]
      }
    },
    largeSamples: {
      [LossUnderTest(smoothedFocal: "Focal [420, 333] smoothed", [420, 333])]
    },
    generators: [
      .labels("Focal", ranks: 1...4) { decisions, ignored in
        let gamma = decisions.choice(of: [2, 1, 0, decisions.real(0..<5)])
        let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
        return (FocalLoss(gamma: gamma, ignoreIndex: ignored, labelSmoothing: smoothing), ignored)
      }
    ])
}

extension LossUnderTest {
  /// The value of cross entropy with smoothing times a power of the probability of a wrong answer.
  fileprivate init(smoothedFocal name: String, _ shape: Shape) {
    self.init(name, .labels, shape, isWeighted: true, ignoreIndex: 0, smoothing: 0.3)
    loss = FocalLoss(gamma: 1.5, ignoreIndex: 0, labelSmoothing: 0.3)
    let power = LossUnderTest(name, loss, shape, ignoreIndex: 0) { pow(1 - exp(-$0), 1.5) }
    expected = Tensor(zip(expected.scalars, power.expected.scalars).map { $0 * $1 }, shape: expected.shape)
  }
}
