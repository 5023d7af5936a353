package import Losses

extension HingeEmbeddingLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
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
      func formula(_ x: Double, _ y: Double, _: Double) -> Double { y == 1 ? x : max(0, 1.3 - x) }
      let signed = Arguments<Double>.signed
      let halved = Arguments(input: signed.input, target: signed.target.map { $0 / 2 })
      // The loss jumps from one target to another and is taken as constant in it.
      return [
        LossUnderTest(
          "HingeEmbedding", HingeEmbeddingLoss(margin: 1.3), signed, constants: ["target"], formula: formula),
        LossUnderTest(
          "HingeEmbedding weighted", HingeEmbeddingLoss(margin: 1.3), signed.weighted, isMeanWeighted: true,
          constants: ["target"], formula: formula),
        LossUnderTest(
          "HingeEmbedding of other targets", HingeEmbeddingLoss(), halved, constants: ["target"]
        ) { x, _, _ in x + max(0, 1 - x) },
      ]
    },
    generators: [
      .elements("HingeEmbedding", -5..<5, -1..<1) { HingeEmbeddingLoss(margin: $0.real(-2..<2)) },
      .weightedElements("HingeEmbedding weighted", -5..<5, -1..<1) {
        HingeEmbeddingLoss(margin: $0.real(-2..<2))
      },
    ])
}
