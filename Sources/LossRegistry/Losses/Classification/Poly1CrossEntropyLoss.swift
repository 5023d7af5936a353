package import Losses

extension Poly1CrossEntropyLoss: PlainClassLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("epsilon", epsilon, isAllowed: numbers.isFinite(epsilon))
  }

  func terms(_ logP: Bounded, _ q: Bounded, _ numbers: Precision) -> (value: Bounded, slope: Bounded) {
    let epsilon = numbers.rounded(epsilon)
    let slope = q.value < 0.5 ? (1 + epsilon) - epsilon * q : 1 + epsilon * logP.exponential
    // −log(1 − q) is Σ qʲ/j, of which the first term cancels with ε = −1.
    if q.value < 0.25 {
      let others = (2...40).map { j in q.power(Double(j)) / Bounded(Double(j)) }
      return ((1 + epsilon) * q + others.sum, -slope)
    }
    return (epsilon * q - logP, -slope)
  }
}

extension RegisteredLoss {
  static let poly1CrossEntropy = RegisteredLoss(
    "poly1_cross_entropy", default: Poly1CrossEntropyLoss(),
    spelledOut: Poly1CrossEntropyLoss(epsilon: 2, ignoreIndex: -100, reduction: .mean),
    others: [
      Poly1CrossEntropyLoss(epsilon: 0.25), Poly1CrossEntropyLoss(ignoreIndex: 3),
      Poly1CrossEntropyLoss(reduction: .none), Poly1CrossEntropyLoss(classAxis: -1),
    ],
    reference: ReferenceCall(
      ["epsilon", "reduction"],
      [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels)]
    ) {
      Poly1CrossEntropyLoss(epsilon: try $0.number("epsilon"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest("Poly1CrossEntropy \(shape)", Poly1CrossEntropyLoss(), .labelled(shape)),
          LossUnderTest(
            "Poly1CrossEntropy \(shape) weighted, ignoring",
            Poly1CrossEntropyLoss(epsilon: -1, ignoreIndex: 1),
            .labelled(shape, isWeighted: true, ignoreIndex: 1)),
        ]
      }
    },
    generators: [
      .labels("Poly1CrossEntropy", ranks: 1...4) { decisions, ignored in
        let epsilon = decisions.choice(of: [2, -1, decisions.real(-2..<5)])
        return (Poly1CrossEntropyLoss(epsilon: epsilon, ignoreIndex: ignored), ignored)
      }
    ])
}
