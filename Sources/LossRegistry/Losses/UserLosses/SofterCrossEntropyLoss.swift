package import Losses
package import RealMath

/// The example in the documentation of `ClassLoss`: (1 − p) · (−log p)
package struct SofterCrossEntropyLoss: ClassLoss {
  package var ignoreIndex: Int?
  package var reduction: Reduction
  package var classAxis: Int

  package init(ignoreIndex: Int? = -100, reduction: Reduction = .mean, classAxis: Int = 1) {
    self.ignoreIndex = ignoreIndex
    self.reduction = reduction
    self.classAxis = classAxis
  }

  // With ℓ = log p: ∂p/∂ℓ = p, so the derivative of (1 − p)·(−ℓ) is p·ℓ − (1 − p).
  @inline(__always)
  package func terms<S: RealScalar>(logProbability: S, complement: S) -> ClassTerms<S> {
    let p = 1 - complement
    return ClassTerms(value: -complement * logProbability, derivative: p * logProbability - complement)
  }
}

extension SofterCrossEntropyLoss: PlainClassLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  func terms(_ logP: Bounded, _ q: Bounded, _: Precision) -> (value: Bounded, slope: Bounded) {
    (-q * logP, (1 - q) * logP - q)
  }
}

extension RegisteredLoss {
  static let softerCrossEntropy = RegisteredLoss(
    nil, isPublic: false, default: SofterCrossEntropyLoss(),
    spelledOut: SofterCrossEntropyLoss(ignoreIndex: -100, reduction: .mean),
    others: [SofterCrossEntropyLoss(ignoreIndex: 0), SofterCrossEntropyLoss(reduction: .none)],
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest(
            "a class loss of one's own \(shape)", SofterCrossEntropyLoss(ignoreIndex: nil), .labelled(shape)),
          LossUnderTest(
            "a class loss of one's own \(shape) weighted, ignoring", SofterCrossEntropyLoss(ignoreIndex: 1),
            .labelled(shape, isWeighted: true, ignoreIndex: 1)),
        ]
      }
    },
    largeSamples: {
      [
        LossUnderTest(
          "a class loss of one's own [420, 333]", SofterCrossEntropyLoss(),
          .labelled([420, 333], isWeighted: true, ignoreIndex: -100))
      ]
    },
    generators: [
      .labels("a class loss of one's own", ranks: 1...4) { _, ignored in
        (SofterCrossEntropyLoss(ignoreIndex: ignored), ignored)
      }
    ])
}
