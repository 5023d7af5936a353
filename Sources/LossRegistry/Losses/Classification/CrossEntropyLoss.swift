package import Losses

extension CrossEntropyLoss: ReducingAdapter {
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
    spelledOut: CrossEntropyLoss(ignoreIndex: -100, labelSmoothing: 0, reduction: .mean),
    others: [
      CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1, reduction: .none),
      CrossEntropyLoss(labelSmoothing: 0.1, reduction: .none),
      CrossEntropyLoss(ignoreIndex: 3, reduction: .none),
      CrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1), CrossEntropyLoss(classAxis: -1),
    ],
    reference: ReferenceCall(
      ["ignore_index", "label_smoothing", "reduction"] + unsupported,
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labelsOrProbabilities),
        ReferenceCall.Parameter("weight", .optionalTensor),
        ReferenceCall.Parameter("sample_weight", as: "sampleWeight", .optionalTensor),
      ]
    ) { arguments in
      if let name = unsupported.first(where: { arguments.isGiven($0) }) {
        throw ReferenceProblem.invalid("there is no \(name)")
      }
      return CrossEntropyLoss(
        ignoreIndex: try arguments.integer("ignore_index"),
        labelSmoothing: try arguments.number("label_smoothing"), reduction: try arguments.reduction())
    },
    samples: { labelSamples + probabilitySamples },
    largeSamples: {
      // Many classes or few, innermost and not, and a row longer than a block.
      ([[420, 333], [45_000, 3], [3, 50_000], [2, 3, 151, 150]] as [Shape]).flatMap { shape in
        [
          LossUnderTest(
            "CrossEntropy \(shape)", .labels, shape, isWeighted: true, ignoreIndex: -100, smoothing: 0.1),
          LossUnderTest(
            "CrossEntropy \(shape) of probabilities", .probabilities, shape, isWeighted: true),
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
    ])

  /// What the format has and this library lacks, which is null in every case but those of its own.
  private static let unsupported = ["z_loss", "soft_cap"]

  private static var labelSamples: [LossUnderTest] {
    LossUnderTest.classShapes.flatMap { shape in
      [
        LossUnderTest("CrossEntropy \(shape)", .labels, shape),
        LossUnderTest("CrossEntropy \(shape) ignoring", .labels, shape, ignoreIndex: -7),
        LossUnderTest("CrossEntropy \(shape) weighted", .labels, shape, isWeighted: true),
        LossUnderTest(
          "CrossEntropy \(shape) weighted, smoothed, ignoring", .labels, shape, isWeighted: true,
          ignoreIndex: 0, smoothing: 0.3),
        LossUnderTest("CrossEntropy \(shape) smoothed", .labels, shape, smoothing: 1),
      ]
    }
  }

  private static var probabilitySamples: [LossUnderTest] {
    LossUnderTest.classShapes.flatMap { shape in
      [
        LossUnderTest("CrossEntropy \(shape) of probabilities", .probabilities, shape),
        LossUnderTest(
          "CrossEntropy \(shape) of probabilities, weighted", .probabilities, shape, isWeighted: true),
        LossUnderTest(
          "CrossEntropy \(shape) of probabilities, weighted, smoothed", .probabilities, shape,
          isWeighted: true, smoothing: 0.3),
      ]
    }
  }
}
