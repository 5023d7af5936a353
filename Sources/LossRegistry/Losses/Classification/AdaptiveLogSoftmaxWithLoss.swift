package import Losses

extension AdaptiveLogSoftmaxWithLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .row }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    let weights = AdaptiveSoftmaxWeights(a)
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, weights: weights, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask),
        labels: a.reals.labels.filter { $0 == "input" || $0.hasPrefix("weights.") })
    }
    return try call(a.labels)
  }
}

extension AdaptiveSoftmaxWeights {
  package init(_ arguments: Arguments<Scalar>) {
    var tails: [Tail] = []
    while let projection = arguments.reals["weights.tails[\(tails.count)].projection"] {
      tails.append(
        Tail(projection: projection, weight: arguments["weights.tails[\(tails.count)].weight"]))
    }
    self.init(
      head: arguments["weights.head"], headBias: arguments.reals["weights.headBias"], tails: tails)
  }
}

extension RegisteredLoss {
  static let adaptiveLogSoftmaxWithLoss = RegisteredLoss(
    "adaptive_log_softmax_with_loss", default: AdaptiveLogSoftmaxWithLoss(cutoffs: [2]),
    spelledOut: AdaptiveLogSoftmaxWithLoss(cutoffs: [2], divValue: 4, headBias: false, reduction: .mean),
    others: [
      AdaptiveLogSoftmaxWithLoss(cutoffs: [2, 3]), AdaptiveLogSoftmaxWithLoss(cutoffs: [2], divValue: 2),
      AdaptiveLogSoftmaxWithLoss(cutoffs: [2], headBias: true),
      AdaptiveLogSoftmaxWithLoss(cutoffs: [2], reduction: .none),
    ],
    reference: ReferenceCall(
      ["cutoffs", "div_value", "reduction"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels),
        ReferenceCall.Parameter("head_weight", as: "weights.head"),
        ReferenceCall.Parameter("head_bias", as: "weights.headBias", .optionalTensor),
        ReferenceCall.Parameter("tail_weights", as: "weights.tails", .tails),
      ]
    ) { arguments in
      AdaptiveLogSoftmaxWithLoss(
        cutoffs: try arguments.listOfIntegers("cutoffs"),
        divValue: try arguments.optionalNumber("div_value") ?? 4, headBias: arguments.isGiven("head_bias"),
        reduction: arguments.isGiven("reduction") ? try arguments.reduction() : .mean)
    },
    samples: {
      // A single row has but one cluster, and a single class of a cluster no gradient.
      let layouts: [(cutoffs: [Int], classes: Int, rows: Int?)] = [
        ([2], 5, nil), ([2], 5, 6), ([1, 3], 5, 6), ([2, 5, 7], 9, 6),
      ]
      return layouts.flatMap { cutoffs, classes, rows in
        [false, true].map { hasBias in
          LossUnderTest(
            "AdaptiveLogSoftmaxWithLoss \(cutoffs), \(rows ?? 1) rows\(hasBias ? ", biased" : "")",
            cutoffs: cutoffs, classes: classes, rows: rows, features: 5, hasBias: hasBias)
        }
      }
    },
    largeSamples: {
      // Several chunks of the result; and several blocks of the depth of sums over the rows of a cluster.
      [
        LossUnderTest(
          "AdaptiveLogSoftmaxWithLoss, wide", cutoffs: [40, 90], classes: 400, rows: 30, features: 300,
          hasBias: true),
        LossUnderTest(
          "AdaptiveLogSoftmaxWithLoss, long", cutoffs: [5, 9], classes: 30, rows: 900, features: 20,
          hasBias: true),
      ]
    },
    generators: [
      Generator("AdaptiveLogSoftmaxWithLoss", allowsLongRows: false) { decisions in
        var cutoffs = decisions.choice(of: [[2], [1], [1, 3], [2, 3, 7]])
        let shape = decisions.shape(ranks: 1...2)
        let features = shape.last ?? 1
        let classes = cutoffs.last! + 1 + decisions.number(below: 6)
        var arguments = Arguments(["input": decisions.tensor(shape, -4..<4)])
        let scores = cutoffs[0] + cutoffs.count
        arguments["weights.head"] = decisions.tensor(Shape([scores, features]).orScalar, -1..<1)
        if decisions.isOne(in: 2) { arguments["weights.headBias"] = decisions.tensor([scores], -4..<4) }
        for (index, (start, end)) in zip(cutoffs, cutoffs.dropFirst() + [classes]).enumerated() {
          let projected = decisions.injectsFault(in: 6) ? 0 : 1 + decisions.number(below: 4)
          arguments["weights.tails[\(index)].projection"] = decisions.tensor(
            Shape([projected, features]).orScalar, -1..<1)
          arguments["weights.tails[\(index)].weight"] = decisions.tensor([end - start, projected], -1..<1)
        }
        arguments.integers["target"] = decisions.labels(Shape(shape.dropLast()).orScalar, classes: classes)
        if decisions.injectsFault(in: 6) {
          cutoffs[decisions.number(below: cutoffs.count)] = decisions.choice(of: [0, -1, .min, .max, 2, 7])
        }
        if decisions.injectsFault(in: 12) { cutoffs = decisions.choice(of: [[], [1, 2, 3, 4]]) }
        let divValue = decisions.isOne(in: 2) ? 4 : decisions.real(0.5..<8)
        return Generator.Call(AdaptiveLogSoftmaxWithLoss(cutoffs: cutoffs, divValue: divValue), arguments)
      }
    ])
}

extension LossUnderTest {
  /// The loss of labels that are in the shortlist and in every cluster, if there are rows enough.
  ///
  /// - Parameter rows: `nil` for an input without an axis for them.
  fileprivate init(
    _ name: String, cutoffs: [Int], classes: Int, rows: Int?, features: Int, hasBias: Bool
  ) {
    let count = rows ?? 1
    let sampleShape = rows.map { [$0] } ?? ([] as Shape)
    let input = Tensor<Double>.random(in: -2..<2, Shape(sampleShape + [features]), seed: 31)
    let reach = 2 / Double(features).squareRoot()
    let headScores = cutoffs[0] + cutoffs.count
    let head = Tensor<Double>.random(in: -reach..<reach, [headScores, features], seed: 32)
    let bias = Tensor<Double>.random(in: -1..<1, [headScores], seed: 33)
    var arguments = Arguments<Double>(["input": input, "weights.head": head])
    if hasBias { arguments["weights.headBias"] = bias }
    let clusters = zip(cutoffs, cutoffs.dropFirst() + [classes]).map { $0..<$1 }
    for (index, cluster) in clusters.enumerated() {
      let projected = max(1, features / (index + 2))
      arguments["weights.tails[\(index)].projection"] = .random(
        in: -reach..<reach, [projected, features], seed: 34 + UInt64(index))
      arguments["weights.tails[\(index)].weight"] = .random(
        in: -2..<2, [cluster.count, projected], seed: 44 + UInt64(index))
    }
    // The last class of all first, then the first of each cluster and of the shortlist, then any.
    let drawn = Tensor<Int>.random(in: 0..<classes, [count], seed: 54).scalars
    let labels = ([classes - 1] + cutoffs + [0] + drawn).prefix(count)
    arguments.integers["target"] = Tensor(Array(labels), shape: sampleShape)
    self.init(
      name, AdaptiveLogSoftmaxWithLoss(cutoffs: cutoffs, headBias: hasBias), arguments,
      shared: Set(arguments.reals.labels.dropFirst()))
  }
}
