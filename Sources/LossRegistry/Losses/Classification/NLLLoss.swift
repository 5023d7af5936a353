package import Losses

extension NLLLoss: ClassAxisAdapter {
  package var valueUnit: ValueUnit? { .column }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(labelled: a, ignoring: ignoreIndex, numbers, &faults) { scores, label, weight in
      (-weight(label) * scores[label], scores.indices.map { $0 == label ? -weight(label) : 0 })
    }
  }
}

extension RegisteredLoss {
  static let nll = RegisteredLoss(
    "nll_loss", default: NLLLoss(), spelledOut: NLLLoss(ignoreIndex: -100, reduction: .mean),
    others: [
      NLLLoss(ignoreIndex: nil, reduction: .sum), NLLLoss(reduction: .sum), NLLLoss(ignoreIndex: nil),
      NLLLoss(ignoreIndex: 0, reduction: .sum), NLLLoss(classAxis: -1),
    ],
    reference: ReferenceCall(["ignore_index", "reduction"], .labelled) {
      NLLLoss(ignoreIndex: try $0.integer("ignore_index"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest("NLL \(shape)", NLLLoss(), .labelled(shape)),
          LossUnderTest("NLL \(shape) weighted", NLLLoss(), .labelled(shape, isWeighted: true)),
          LossUnderTest(
            "NLL \(shape) weighted, ignoring", NLLLoss(ignoreIndex: 1),
            .labelled(shape, isWeighted: true, ignoreIndex: 1)),
        ]
      }
    },
    largeSamples: {
      ([[45_000, 3], [2, 3, 151, 150], [2, 300, 17, 5]] as [Shape]).map { shape in
        LossUnderTest(
          "NLL \(shape)", NLLLoss(ignoreIndex: 0), .labelled(shape, isWeighted: true, ignoreIndex: 0))
      }
    },
    generators: [
      .labels("NLL", ranks: 1...4) { _, ignored in (NLLLoss(ignoreIndex: ignored), ignored) }
    ])
}
