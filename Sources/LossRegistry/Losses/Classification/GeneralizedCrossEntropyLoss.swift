package import Losses

extension GeneralizedCrossEntropyLoss: PlainClassLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("q", q, isAllowed: 0...1 ~= q)
  }

  // Where q·log p is tiny, (1 − e^(q·log p)) / q is −log p.
  func terms(_ logP: Bounded, _: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded) {
    let q = numbers.rounded(q)
    let exponent = q.isZero ? Bounded(0, ulp: numbers.ulp) : q * logP
    let isTiny = exponent.value.magnitude < numbers.ulp
    return (isTiny ? -logP : -exponent.exponentialMinusOne / q, -exponent.exponential)
  }
}

extension RegisteredLoss {
  static let generalizedCrossEntropy = RegisteredLoss(
    "generalized_cross_entropy", default: GeneralizedCrossEntropyLoss(),
    spelledOut: GeneralizedCrossEntropyLoss(q: 0.5, ignoreIndex: -100, reduction: .mean),
    others: [
      GeneralizedCrossEntropyLoss(q: 0.25), GeneralizedCrossEntropyLoss(ignoreIndex: 3),
      GeneralizedCrossEntropyLoss(reduction: .none), GeneralizedCrossEntropyLoss(classAxis: -1),
    ],
    reference: ReferenceCall(
      ["q", "reduction"], [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels)]
    ) {
      GeneralizedCrossEntropyLoss(q: try $0.number("q"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest("GeneralizedCrossEntropy \(shape)", GeneralizedCrossEntropyLoss(), .labelled(shape)),
          LossUnderTest(
            "GeneralizedCrossEntropy \(shape) weighted, ignoring",
            GeneralizedCrossEntropyLoss(q: 0.7, ignoreIndex: 1),
            .labelled(shape, isWeighted: true, ignoreIndex: 1)),
        ]
      }
    },
    generators: [
      .labels("GeneralizedCrossEntropy", ranks: 1...4) { decisions, ignored in
        let q = decisions.choice(of: [0, 0.5, 1, decisions.real(0..<1)])
        return (GeneralizedCrossEntropyLoss(q: q, ignoreIndex: ignored), ignored)
      }
    ])
}
