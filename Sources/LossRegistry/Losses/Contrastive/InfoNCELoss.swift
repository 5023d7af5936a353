package import Losses

extension InfoNCELoss: ReducingAdapter {
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
  package init(taking tensors: inout [Tensor<Scalar>]) { self.init(taking: &tensors, labels: Self.labels) }
  package init(taking tensors: inout [Tensor<Scalar>], labels: [String]) {
    let parts = Labelled(labels: labels, values: tensors)
    tensors = []
    self.init(
      query: parts["query"]!, positive: parts["positive"]!, negatives: parts["negatives"],
      temperature: parts["temperature"])
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
    let (queries, keys) = (Similarities.units(arguments["query"]), Similarities.units(arguments["positive"]))
    let others = arguments.reals["negatives"].map { Similarities.units($0) }
    let divisor = temperature ?? loss.temperature
    func value(_ vectors: [[Double]], among others: [[Double]], _ index: Int) -> Double {
      Similarities.crossEntropy(
        others.map { Similarities.dot(vectors[index], $0) / divisor }, of: index)
    }
    let values = queries.indices.map { index in
      if let others {
        return Similarities.crossEntropy(
          ([keys[index]] + others).map { Similarities.dot(queries[index], $0) / divisor }, of: 0)
      }
      let own = value(queries, among: keys, index)
      return loss.isSymmetric ? (own + value(keys, among: queries, index)) / 2 : own
    }
    self.init(
      name: name, loss: loss, arguments: arguments, expected: Tensor(values), meanDenominator: Double(count),
      batch: Double(count), shared: Set(arguments.reals.labels))
  }
}
