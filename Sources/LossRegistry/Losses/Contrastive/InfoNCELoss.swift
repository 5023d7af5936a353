package import Losses

extension InfoNCELoss: ReducingAdapter {
  package var comparesSamples: Bool { true }
  package var argumentsWithoutNaN: Set<String> { ["temperature"] }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    let optional = ["negatives", "temperature"]
    return ErasedEvaluation(
      try self(
        a["query"], positive: a["positive"], negatives: a.reals["negatives"],
        temperature: a.reals["temperature"], sampleWeight: a.sampleWeight, mask: a.mask),
      without: Set(optional.filter { a.reals[$0] == nil }))
  }
}

extension InfoNCEGradient: GradientTensors {
  package static var labels: [String] { ["query", "positive", "negatives", "temperature"] }
  package var tensors: [Tensor<Scalar>] { [query, positive, negatives, temperature].compactMap { $0 } }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    let parts = Labelled(labels: labels, values: tensors)
    self.init(
      query: parts["query"]!, positive: parts["positive"]!, negatives: parts["negatives"],
      temperature: parts["temperature"])
  }
}

extension InfoNCELoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    let shape = a["query"].shape
    guard faults.matrix(a["query"], of: "query") else { return nil }
    faults.shape(a["positive"].shape, of: "positive", is: shape)
    if let negatives = a.reals["negatives"] {
      if isSymmetric { faults.unsupported(negatives.shape, of: "negatives") }
      if faults.matrix(negatives, of: "negatives") {
        faults.shape(negatives.shape, of: "negatives", is: [negatives.shape[0], shape[1]])
      }
    }
    if let temperature = a.reals["temperature"], faults.shape(temperature.shape, of: "temperature", is: []) {
      if !numbers.isDivisor(temperature.item) {
        faults.record(
          .valueOutOfRange(argument: "temperature", position: [], value: temperature.item, requirement: ""))
      }
    }
    faults.similarities(of: shape[0], with: a.reals["negatives"]?.shape.first ?? shape[0])
    guard faults.isEmpty else { return nil }

    let count = shape[0]
    let divisor = a.reals["temperature"].map { numbers($0.item) } ?? numbers.rounded(temperature)
    let weight = isSymmetric ? 0.5 : 1
    var rows: [PlainRow] = (0..<count).map { index in
      guard let negatives = a.reals["negatives"] else {
        return PlainRow(
          vector: index, others: Array(count..<2 * count), positives: [index], value: index, weight: weight)
      }
      return PlainRow(
        vector: index, others: [count + index] + (0..<negatives.shape[0]).map { 2 * count + $0 },
        positives: [0], value: index)
    }
    if isSymmetric {
      rows += (0..<count).map {
        PlainRow(vector: count + $0, others: Array(0..<count), positives: [$0], value: $0, weight: weight)
      }
    }
    let vectors = ["query", "positive"] + (a.reals["negatives"] == nil ? [] : ["negatives"])
    return PlainCall(
      a, labels: vectors + (a.reals["temperature"] == nil ? [] : ["temperature"]), vectors: vectors,
      rows: rows, valueCount: count, mean: count, numbers
    ) { crossEntropy($0, $1, temperature: divisor) }
  }
}

extension RegisteredLoss {
  static let infoNCE = RegisteredLoss(
    "info_nce_loss", default: InfoNCELoss(),
    spelledOut: InfoNCELoss(temperature: 0.1, isSymmetric: false, reduction: .mean),
    others: [
      InfoNCELoss(temperature: 0.5), InfoNCELoss(isSymmetric: true), InfoNCELoss(reduction: .sum),
    ],
    reference: ReferenceCall(
      ["symmetric", "reduction"],
      [
        ReferenceCall.Parameter("query"), ReferenceCall.Parameter("positive"),
        ReferenceCall.Parameter("negatives", .optionalTensor),
        ReferenceCall.Parameter("temperature", .tensorUnlessNumber),
      ]
    ) { arguments in
      InfoNCELoss(
        temperature: try arguments.numberUnlessTensor("temperature") ?? 0.1,
        isSymmetric: try arguments.boolean("symmetric"), reduction: try arguments.reduction())
    },
    samples: {
      [
        LossUnderTest("InfoNCE", InfoNCELoss(temperature: 0.4), count: 5, features: 4),
        LossUnderTest(
          "InfoNCE, symmetric", InfoNCELoss(isSymmetric: true), count: 4, features: 3, temperature: 0.7),
        LossUnderTest(
          "InfoNCE, negatives", InfoNCELoss(temperature: 0.4), count: 3, features: 4, negatives: 5),
        LossUnderTest(
          "InfoNCE, negatives, temperature", InfoNCELoss(), count: 4, features: 3, negatives: 2,
          temperature: 0.8),
      ]
    },
    largeSamples: {
      [
        LossUnderTest(
          "InfoNCE, large", InfoNCELoss(isSymmetric: true), count: 130, features: 40, temperature: 0.5),
        LossUnderTest(
          "InfoNCE, many negatives", InfoNCELoss(temperature: 0.3), count: 40, features: 300, negatives: 90),
      ]
    },
    generators: [
      Generator("InfoNCE") { decisions in
        var loss = InfoNCELoss(temperature: decisions.temperature(), isSymmetric: decisions.isOne(in: 2))
        let (count, features) = decisions.vectors()
        var arguments = Arguments([
          "query": decisions.matrix(count, features), "positive": decisions.matrix(count, features),
        ])
        if decisions.isOne(in: 2) {
          if !decisions.isHostile { loss.isSymmetric = false }
          arguments["negatives"] = decisions.matrix(decisions.number(below: 9), features)
        }
        if decisions.isOne(in: 2) { arguments["temperature"] = Tensor(decisions.temperature()) }
        return Generator.Call(loss, arguments)
      }
    ])
}

extension LossUnderTest {
  fileprivate init(
    _ name: String, _ loss: InfoNCELoss, count: Int, features: Int, negatives: Int? = nil,
    temperature: Double? = nil
  ) {
    var arguments = Arguments<Double>([
      "query": .random(in: -1..<1, [count, features], seed: 81),
      "positive": .random(in: -1..<1, [count, features], seed: 82),
    ])
    arguments.reals["negatives"] = negatives.map { .random(in: -1..<1, [$0, features], seed: 83) }
    arguments.reals["temperature"] = temperature.map { Tensor($0) }
    self.init(name, loss, arguments, shared: Set(arguments.reals.labels))
  }
}
