package import Losses

extension CosFaceLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .sample }
  package var meanOfNothingIsZero: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, classWeights: a["classWeights"], target: labels.tensor, sampleWeight: a.sampleWeight,
          mask: a.mask))
    }
    return try call(a.labels)
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(embeddings: a, scale: scale, numbers, &faults) { ($0 - numbers.rounded(margin), 1) }
  }
}

extension RegisteredLoss {
  static let cosFace = RegisteredLoss(
    "cosface_loss", default: CosFaceLoss(),
    spelledOut: CosFaceLoss(margin: 0.35, scale: 64, reduction: .mean),
    others: [CosFaceLoss(margin: 0.2), CosFaceLoss(scale: 30), CosFaceLoss(reduction: .none)],
    reference: .embeddings { arguments in
      CosFaceLoss(
        margin: try arguments.number("margin"), scale: try arguments.number("scale"),
        reduction: try arguments.reduction())
    },
    samples: {
      [LossUnderTest(embeddings: CosFaceLoss(scale: 4), count: 6, features: 3, classes: 4)]
    },
    largeSamples: {
      [LossUnderTest(embeddings: CosFaceLoss(scale: 3), count: 60, features: 50, classes: 130)]
    },
    generators: [
      .embeddings("CosFace") { CosFaceLoss(margin: $0.real(0..<1), scale: $0.real(1..<16)) }
    ])
}
