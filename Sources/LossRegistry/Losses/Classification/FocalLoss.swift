package import Losses

extension FocalLoss: ClassAxisAdapter {
  package var valueUnit: ValueUnit? { .column }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  // With c the cross entropy and q = 1 − p of the label, the loss is q^γ·c.
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("gamma", gamma, isAllowed: gamma >= 0 && gamma.isFinite)
    faults.hyperparameter("labelSmoothing", labelSmoothing, isAllowed: 0...1 ~= labelSmoothing)
    let crossEntropy = CrossEntropyLoss(labelSmoothing: labelSmoothing)
    return PlainCall(
      labelled: a, ignoring: ignoreIndex, isOfLabelAlone: labelSmoothing == 0, numbers, &faults
    ) { scores, label, weight in
      let entropy = crossEntropy.terms(of: scores, label: label, weight: weight, numbers)
      if gamma == 0 { return entropy }
      let softmax = PlainSoftmax(scores)
      let (p, q) = (softmax.probabilities[label], softmax.complement(of: label))
      let power = (numbers.rounded(gamma) * q.logarithm).exponential
      let pull = p.isZero ? 0 : numbers.rounded(gamma) * power * p * entropy.value
      return (
        power.isZero && entropy.value.value.isInfinite ? 0 : power * entropy.value,
        scores.indices.map { index in
          let own = power * entropy.derivatives[index]
          if index == label { return own - pull }
          return q.isZero ? own : own + pull * (softmax.probabilities[index] / q)
        }
      )
    }
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
          LossUnderTest("Focal \(shape)", FocalLoss(), .labelled(shape)),
          LossUnderTest(
            "Focal \(shape) weighted, ignoring", FocalLoss(gamma: 0.5, ignoreIndex: 1),
            .labelled(shape, isWeighted: true, ignoreIndex: 1)),
          smoothed(shape),
        ]
      }
    },
    largeSamples: { [smoothed([420, 333])] },
    generators: [
      .labels("Focal", ranks: 1...4) { decisions, ignored in
        let gamma = decisions.choice(of: [2, 1, 0, decisions.real(0..<5)])
        let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
        return (FocalLoss(gamma: gamma, ignoreIndex: ignored, labelSmoothing: smoothing), ignored)
      }
    ])

  private static func smoothed(_ shape: Shape) -> LossUnderTest {
    LossUnderTest(
      "Focal \(shape) smoothed", FocalLoss(gamma: 1.5, ignoreIndex: 0, labelSmoothing: 0.3),
      .labelled(shape, isWeighted: true, ignoreIndex: 0))
  }
}
