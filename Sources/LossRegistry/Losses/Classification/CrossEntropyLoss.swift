package import Losses

extension CrossEntropyLoss: ClassAxisAdapter {
  package var valueUnit: ValueUnit? { .column }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    if let labels = a.integers["target"] { return try call(labels) }
    return ErasedEvaluation(
      try self(
        a.input, target: a.target, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask),
      without: a.weight == nil ? ["weight"] : [])
  }
}

extension RegisteredLoss {
  static let crossEntropy = RegisteredLoss(
    "cross_entropy", default: CrossEntropyLoss(),
    spelledOut: CrossEntropyLoss(
      ignoreIndex: -100, labelSmoothing: 0, zLoss: 0, softCap: nil, reduction: .mean, classAxis: 1),
    others: [
      CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1, reduction: .none),
      CrossEntropyLoss(labelSmoothing: 0.1, reduction: .none),
      CrossEntropyLoss(ignoreIndex: 3, reduction: .none),
      CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1), CrossEntropyLoss(classAxis: -1),
      CrossEntropyLoss(zLoss: 1e-4), CrossEntropyLoss(softCap: 30),
    ],
    reference: ReferenceCall(
      ["ignore_index", "label_smoothing", "z_loss", "soft_cap", "reduction"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labelsOrProbabilities),
        ReferenceCall.Parameter("weight", .optionalTensor),
        ReferenceCall.Parameter("sample_weight", as: "sampleWeight", .optionalTensor),
      ]
    ) { arguments in
      CrossEntropyLoss(
        ignoreIndex: try arguments.integer("ignore_index"),
        labelSmoothing: try arguments.number("label_smoothing"),
        zLoss: try arguments.optionalNumber("z_loss") ?? 0, softCap: try arguments.optionalNumber("soft_cap"),
        reduction: try arguments.reduction())
    },
    samples: { labelSamples + probabilitySamples },
    largeSamples: {
      // Many classes or few, innermost and not, and a row longer than a block.
      ([[420, 333], [45_000, 3], [3, 50_000], [2, 3, 151, 150]] as [Shape]).flatMap { shape in
        [
          LossUnderTest(
            "CrossEntropy \(shape)", CrossEntropyLoss(labelSmoothing: 0.1),
            .labelled(shape, isWeighted: true, ignoreIndex: -100)),
          LossUnderTest(
            "CrossEntropy \(shape) of probabilities", CrossEntropyLoss(),
            .ofProbabilities(shape, isWeighted: true)),
          LossUnderTest(
            "CrossEntropy \(shape) capped", CrossEntropyLoss(ignoreIndex: 1, zLoss: 0.1, softCap: 2),
            .labelled(shape, ignoreIndex: 1)),
        ]
      }
    },
    generators: [
      .labels("CrossEntropy", ranks: 1...4) { decisions, ignored in
        let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
        return (CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: smoothing), ignored)
      },
      Generator("CrossEntropy of probabilities") { decisions in
        let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
        let ignored = decisions.isHostile ? decisions.ignoreIndex(classes: 3) : nil
        let shape = decisions.shape(ranks: 1...4)
        let weight = decisions.weight(ofClassesIn: shape)
        return Generator.Call(
          CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: smoothing),
          Arguments(
            input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1), weight: weight))
      },
      .labels("CrossEntropy capped", ranks: 1...4) { decisions, ignored in
        let smoothing = decisions.choice(of: [0, 0.1])
        let (zLoss, softCap) = decisions.zLossAndSoftCap()
        return (
          CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: smoothing, zLoss: zLoss, softCap: softCap),
          ignored
        )
      },
      Generator("CrossEntropy of probabilities, capped") { decisions in
        let smoothing = decisions.choice(of: [0, 0.1])
        let (zLoss, softCap) = decisions.zLossAndSoftCap()
        let shape = decisions.shape(ranks: 1...4)
        let weight = decisions.weight(ofClassesIn: shape)
        return Generator.Call(
          CrossEntropyLoss(labelSmoothing: smoothing, zLoss: zLoss, softCap: softCap),
          Arguments(
            input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1), weight: weight))
      },
    ])

  private static var labelSamples: [LossUnderTest] {
    LossUnderTest.classShapes.flatMap { shape in
      func sample(
        _ name: String, isWeighted: Bool = false, ignoreIndex: Int? = nil, smoothing: Double = 0,
        zLoss: Double = 0, softCap: Double? = nil
      ) -> LossUnderTest {
        LossUnderTest(
          "CrossEntropy \(shape)\(name)",
          CrossEntropyLoss(
            ignoreIndex: ignoreIndex, labelSmoothing: smoothing, zLoss: zLoss, softCap: softCap),
          .labelled(shape, isWeighted: isWeighted, ignoreIndex: ignoreIndex))
      }
      return [
        sample(""),
        sample(" ignoring", ignoreIndex: -7),
        sample(" weighted", isWeighted: true),
        sample(" weighted, smoothed, ignoring", isWeighted: true, ignoreIndex: 0, smoothing: 0.3),
        sample(" smoothed", smoothing: 1),
        sample(" capped", softCap: 1.5),
        sample(
          " weighted, smoothed, ignoring, capped, with z-loss", isWeighted: true, ignoreIndex: 0,
          smoothing: 0.3, zLoss: 0.2, softCap: 3),
        sample(" with z-loss", zLoss: 0.1),
      ]
    }
  }

  private static var probabilitySamples: [LossUnderTest] {
    LossUnderTest.classShapes.flatMap { shape in
      let name = "CrossEntropy \(shape) of probabilities"
      let weighted = Arguments<Double>.ofProbabilities(shape, isWeighted: true)
      return [
        LossUnderTest(name, CrossEntropyLoss(), .ofProbabilities(shape)),
        LossUnderTest("\(name), weighted", CrossEntropyLoss(), weighted),
        LossUnderTest("\(name), weighted, smoothed", CrossEntropyLoss(labelSmoothing: 0.3), weighted),
        LossUnderTest(
          "\(name), weighted, smoothed, capped, with z-loss",
          CrossEntropyLoss(labelSmoothing: 0.3, zLoss: 0.2, softCap: 3), weighted),
      ]
    }
  }
}
