package import Losses

extension SupConLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension RegisteredLoss {
  static let supCon = RegisteredLoss(
    "sup_con_loss", default: SupConLoss(), spelledOut: SupConLoss(temperature: 0.1, reduction: .mean),
    others: [SupConLoss(temperature: 0.5), SupConLoss(reduction: .none)],
    reference: ReferenceCall(
      ["temperature", "reduction"],
      [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels)]
    ) { arguments in
      SupConLoss(temperature: try arguments.number("temperature"), reduction: try arguments.reduction())
    },
    samples: {
      [
        LossUnderTest(SupConLoss(), labels: [2, 0, 2, 2, -7, 0], features: 4),
        LossUnderTest(SupConLoss(temperature: 0.6), labels: [5, 5, 5], features: 3),
      ]
    },
    largeSamples: {
      [
        LossUnderTest(
          SupConLoss(temperature: 0.4), labels: Tensor.random(in: 0..<9, [150], seed: 87).scalars,
          features: 30)
      ]
    },
    generators: [
      Generator("SupCon") { decisions in
        let loss = SupConLoss(temperature: decisions.temperature())
        let (count, features) = decisions.vectors()
        var arguments = Arguments(["input": decisions.matrix(count, features)])
        let labels = decisions.labels([count], classes: 1 + decisions.number(below: 4))
        arguments.integers["target"] = labels
        return Generator.Call(loss, arguments)
      }
    ])
}

extension LossUnderTest {
  fileprivate init(_ loss: SupConLoss, labels: [Int], features: Int) {
    let input = Tensor<Double>.random(in: -1..<1, [labels.count, features], seed: 86)
    let vectors = Similarities.units(input)
    let values = vectors.indices.map { index in
      let others = vectors.indices.filter { $0 != index }
      let logits = others.map { Similarities.dot(vectors[index], vectors[$0]) / loss.temperature }
      let positives = others.indices.filter { labels[others[$0]] == labels[index] }
      return positives.reduce(0) { $0 + Similarities.crossEntropy(logits, of: $1) }
        / Double(max(1, positives.count))
    }
    let counted = labels.filter { label in labels.filter { $0 == label }.count > 1 }.count
    var arguments = Arguments<Double>(input: input)
    arguments.integers["target"] = Tensor(labels)
    self.init(
      name: "SupCon, \(labels.count) samples", loss: loss, arguments: arguments, expected: Tensor(values),
      meanDenominator: Double(counted), batch: Double(labels.count), shared: ["input"])
  }
}
