package import Losses

extension HingeEmbeddingLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
  }

  func terms(_ x: Bounded, _ y: Bounded, _ numbers: Precision) -> PlainTerms {
    let gap = numbers.rounded(margin) - x
    let hinge = gap.raised(to: Bounded(0, ulp: gap.ulp))
    switch y.value {
    case 1: return (x, [1, 0])
    case -1: return (hinge, [-gap.step(atZero: 1), 0])
    case let label where label.isNaN: return (y, [y, 0])
    default: return (x + hinge, [1 - gap.step(atZero: 1), 0])
    }
  }
}

extension RegisteredLoss {
  static let hingeEmbedding = RegisteredLoss(
    "hinge_embedding_loss", default: HingeEmbeddingLoss(),
    spelledOut: HingeEmbeddingLoss(margin: 1, reduction: .mean),
    others: [HingeEmbeddingLoss(margin: 0.3), HingeEmbeddingLoss(reduction: .none)],
    reference: ReferenceCall(["margin", "reduction"], .elements) {
      HingeEmbeddingLoss(margin: try $0.number("margin"), reduction: try $0.reduction())
    },
    samples: {
      let signed = Arguments<Double>.signed
      let halved = Arguments(input: signed.input, target: signed.target.map { $0 / 2 })
      // The loss jumps from one target to another and is taken as constant in it.
      return [
        LossUnderTest("HingeEmbedding", HingeEmbeddingLoss(margin: 1.3), signed, constants: ["target"]),
        LossUnderTest(
          "HingeEmbedding weighted", HingeEmbeddingLoss(margin: 1.3), signed.weighted, constants: ["target"]),
        LossUnderTest(
          "HingeEmbedding of other targets", HingeEmbeddingLoss(), halved, constants: ["target"]),
      ]
    },
    generators: [
      .elements("HingeEmbedding", -5..<5, -1..<1) { HingeEmbeddingLoss(margin: $0.real(-2..<2)) },
      .weightedElements("HingeEmbedding weighted", -5..<5, -1..<1) {
        HingeEmbeddingLoss(margin: $0.real(-2..<2))
      },
    ])
}
