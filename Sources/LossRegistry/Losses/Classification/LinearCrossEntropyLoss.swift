package import Losses

extension LinearCrossEntropyLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    let bias = a.reals["linearBias"]
    let absent: Set<String> = bias == nil ? ["linearBias"] : []
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, linearWeight: a["linearWeight"], linearBias: bias, target: labels.tensor,
          weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask), without: absent)
    }
    if let labels = a.integers["target"] { return try call(labels) }
    return ErasedEvaluation(
      try self(
        a.input, linearWeight: a["linearWeight"], linearBias: bias, target: a.target, weight: a.weight,
        sampleWeight: a.sampleWeight, mask: a.mask), without: absent)
  }
}

extension RegisteredLoss {
  static let linearCrossEntropy = RegisteredLoss(
    "linear_cross_entropy", default: LinearCrossEntropyLoss(),
    spelledOut: LinearCrossEntropyLoss(
      ignoreIndex: -100, labelSmoothing: 0, zLoss: 0, softCap: nil, reduction: .mean,
      memoryLimit: 33_554_432),
    others: [
      LinearCrossEntropyLoss(ignoreIndex: 3, labelSmoothing: 0.1, reduction: .none),
      LinearCrossEntropyLoss(labelSmoothing: 0.1, reduction: .none),
      LinearCrossEntropyLoss(ignoreIndex: 3, memoryLimit: 1 << 30),
      LinearCrossEntropyLoss(memoryLimit: 1), LinearCrossEntropyLoss(zLoss: 1e-4),
      LinearCrossEntropyLoss(softCap: 30),
    ],
    reference: ReferenceCall(
      ["ignore_index", "label_smoothing", "z_loss", "soft_cap", "reduction", "options"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("linear_weight", as: "linearWeight"),
        ReferenceCall.Parameter("linear_bias", as: "linearBias", .optionalTensor),
        ReferenceCall.Parameter("target", .labelsOrProbabilities),
        ReferenceCall.Parameter("weight", .optionalTensor),
        ReferenceCall.Parameter("sample_weight", as: "sampleWeight", .optionalTensor),
      ]
    ) { arguments in
      // PyTorch's choice of blocks.
      if arguments.isGiven("options") { throw ReferenceProblem.invalid("there are no options") }
      var ignoreIndex = -100
      if arguments.isGiven("ignore_index") {
        ignoreIndex = try arguments.integer("ignore_index")
        // PyTorch rejects one for probabilities even if it is the default of this library.
        let hasProbabilities = try arguments.source("target").dtype == arguments.source("input").dtype
        if hasProbabilities, ignoreIndex < 0 {
          throw ReferenceProblem.inexpressible("ignore_index is \(ignoreIndex)")
        }
      }
      return LinearCrossEntropyLoss(
        ignoreIndex: ignoreIndex, labelSmoothing: try arguments.number("label_smoothing"),
        zLoss: try arguments.optionalNumber("z_loss") ?? 0, softCap: try arguments.optionalNumber("soft_cap"),
        reduction: try arguments.reduction())
    },
    samples: { linearSamples },
    largeSamples: {
      // Several blocks of the depth and chunks of the result; and several blocks of rows.
      [
        LossUnderTest("LinearCrossEntropy, deep", rows: [7], features: 600, classes: [300], isWeighted: true),
        LossUnderTest(
          "LinearCrossEntropy, long", rows: [500], features: 5, classes: [40], ignoreIndex: 0,
          memoryLimit: 1 << 14),
        LossUnderTest(
          "LinearCrossEntropy, long, of probabilities", rows: [450], features: 3, classes: [33],
          hasProbabilities: true, memoryLimit: 1 << 14),
      ]
    },
    generators: [
      Generator("LinearCrossEntropy", allowsLongRows: false) { decisions in
        var call = linearCall(&decisions)
        let classes = call.classes
        let ignored = decisions.ignoreIndex(classes: classes)
        call.loss.ignoreIndex = ignored
        call.arguments.integers["target"] = decisions.labels(
          call.sampleShape.orScalar, classes: classes, ignored: ignored)
        return Generator.Call(call.loss, call.arguments)
      },
      Generator("LinearCrossEntropy of probabilities", allowsLongRows: false) { decisions in
        var call = linearCall(&decisions)
        if decisions.isHostile { call.loss.ignoreIndex = decisions.ignoreIndex(classes: 3) }
        call.arguments.target = decisions.tensor(call.probabilityShape.orScalar, 0..<1)
        return Generator.Call(call.loss, call.arguments)
      },
      Generator("LinearCrossEntropy capped", allowsLongRows: false) { decisions in
        var call = linearCall(&decisions)
        (call.loss.zLoss, call.loss.softCap) = decisions.zLossAndSoftCap()
        if decisions.isOne(in: 2) {
          call.arguments.integers["target"] = decisions.labels(
            call.sampleShape.orScalar, classes: call.classes, ignored: nil)
        } else {
          call.arguments.target = decisions.tensor(call.probabilityShape.orScalar, 0..<1)
        }
        return Generator.Call(call.loss, call.arguments)
      },
    ])

  /// A call without a target.
  private struct TargetlessCall {
    var loss: LinearCrossEntropyLoss
    var arguments: Arguments<Double>
    var classes: Int
    var sampleShape: Shape
    var probabilityShape: Shape
  }

  private static func linearCall(_ decisions: inout Decisions) -> TargetlessCall {
    let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
    let limit = decisions.choice(of: [32 << 20, 1, 1 << 12])
    let shape = decisions.shape(ranks: 1...3)
    let rows = Shape(shape.dropLast())
    let classes = decisions.injectsFault(in: 12) ? 0 : 1 + decisions.number(below: 6)
    var layer: Shape = [classes]
    if shape.count == 2, decisions.isOne(in: 3) {
      for _ in 0...decisions.number(below: 2) { layer.append(1 + decisions.number(below: 3)) }
    }
    let positions = Shape(layer.dropFirst())
    func joined(_ parts: Shape...) -> Shape { Shape(parts.flatMap { Array($0) }) }
    let sampleShape = joined(rows, positions)
    var arguments = Arguments(["input": decisions.tensor(shape, -4..<4)])
    arguments["linearWeight"] = decisions.tensor(
      joined(layer, shape.isEmpty ? [1] : [shape.last!]).orScalar, -1..<1)
    if decisions.isOne(in: 2) { arguments["linearBias"] = decisions.tensor(layer, -4..<4) }
    if decisions.isOne(in: 2) { arguments.weight = decisions.tensor([classes], 0.1..<2) }
    if decisions.isOne(in: 2) {
      arguments["sampleWeight"] = decisions.tensor(sampleShape.orScalar, 0.1..<2)
    }
    if decisions.isOne(in: 3) { arguments.mask = decisions.mask(sampleShape.orScalar) }
    return TargetlessCall(
      loss: LinearCrossEntropyLoss(labelSmoothing: smoothing, memoryLimit: limit), arguments: arguments,
      classes: classes, sampleShape: sampleShape, probabilityShape: joined(rows, [classes], positions))
  }

  private static var linearSamples: [LossUnderTest] {
    let layers: [(rows: Shape, classes: Shape)] = [
      ([], [4]), ([5], [4]), ([2, 3], [5]), ([4], [3, 2]), ([2], [3, 2, 2]),
    ]
    return layers.flatMap { rows, classes in
      [false, true].flatMap { hasProbabilities in
        let name = "LinearCrossEntropy \(rows) \(classes)\(hasProbabilities ? " of probabilities" : "")"
        return [
          LossUnderTest(
            name, rows: rows, features: 3, classes: classes, hasProbabilities: hasProbabilities),
          LossUnderTest(
            "\(name), weighted", rows: rows, features: 3, classes: classes,
            hasProbabilities: hasProbabilities, isWeighted: true),
          LossUnderTest(
            "\(name), weighted, smoothed, ignoring, in blocks", rows: rows, features: 3, classes: classes,
            hasProbabilities: hasProbabilities, isWeighted: true, ignoreIndex: hasProbabilities ? nil : 0,
            smoothing: 0.3, memoryLimit: 1),
          LossUnderTest(
            "\(name), weighted, smoothed, capped, with z-loss", rows: rows, features: 3, classes: classes,
            hasProbabilities: hasProbabilities, isWeighted: true, smoothing: 0.3, zLoss: 0.2, softCap: 2),
        ]
      }
    }
  }
}

extension LossUnderTest {
  /// Cross entropy of the scores of a layer.
  ///
  /// - Parameters:
  ///   - rows: The shape of the input but for the features.
  ///   - layer: The shape of the bias: the classes, and the positions.
  ///   - isWeighted: Whether classes and samples have weights, and the layer a bias.
  fileprivate init(
    _ name: String, rows: Shape, features: Int, classes layer: Shape, hasProbabilities: Bool = false,
    isWeighted: Bool = false, ignoreIndex: Int? = nil, smoothing: Double = 0, zLoss: Double = 0,
    softCap: Double? = nil, memoryLimit: Int = 32 << 20
  ) {
    func joined(_ parts: Shape...) -> Shape { Shape(parts.flatMap { Array($0) }) }
    let (classes, positionShape) = (layer[0], Shape(layer.dropFirst()))
    let sampleShape = joined(rows, positionShape)
    let reach = 2 / Double(features).squareRoot()
    let input = Tensor<Double>.random(in: -2..<2, joined(rows, [features]), seed: 21)
    let weights = Tensor<Double>.random(in: -reach..<reach, joined(layer, [features]), seed: 22)
    let bias = Tensor<Double>.random(in: -1..<1, layer, seed: 23)
    let classWeights = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 24)
    let sampleWeights = Tensor<Double>.random(in: 0.2..<2, sampleShape, seed: 25)
    let probabilities = Tensor<Double>.random(in: 0.05..<1, joined(rows, [classes], positionShape), seed: 26)
    let drawn = Tensor<Int>.random(in: 0..<classes, sampleShape, seed: 27).scalars
    // The last of the labels counts, or the mean would be that of nothing.
    let labels = drawn.enumerated().map { position, label in
      ignoreIndex == nil
        ? label
        : position == drawn.count - 1 ? classes - 1 : position.isMultiple(of: 3) ? ignoreIndex! : label
    }
    var arguments = Arguments<Double>(["input": input, "linearWeight": weights])
    if isWeighted {
      arguments["linearBias"] = bias
      arguments.weight = classWeights
      arguments["sampleWeight"] = sampleWeights
    }
    if hasProbabilities {
      arguments.target = probabilities
    } else {
      arguments.integers["target"] = Tensor(labels, shape: sampleShape)
    }
    self.init(
      name,
      LinearCrossEntropyLoss(
        ignoreIndex: hasProbabilities ? -100 : ignoreIndex, labelSmoothing: smoothing, zLoss: zLoss,
        softCap: softCap, memoryLimit: memoryLimit),
      arguments, shared: ["linearWeight", "linearBias", "weight"])
  }
}
