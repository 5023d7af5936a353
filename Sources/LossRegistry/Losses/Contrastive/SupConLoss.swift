package import Losses

extension SupConLoss: ReducingAdapter {
  package var comparesSamples: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    guard faults.matrix(a.input, of: "input") else { return nil }
    let count = a.input.shape[0]
    faults.shape(a.labels.shape, of: "target", is: [count])
    faults.similarities(of: count, with: count)
    guard faults.isEmpty else { return nil }
    let labels = a.labels.ints.scalars
    let rows = (0..<count).map { index in
      let others = (0..<count).filter { $0 != index }
      return PlainRow(
        vector: index, others: others,
        positives: others.indices.filter { labels[others[$0]] == labels[index] }, value: index)
    }
    return PlainCall(
      a, labels: ["input"], vectors: ["input"], rows: rows, valueCount: count,
      mean: rows.filter { !$0.positives.isEmpty }.count, numbers
    ) { crossEntropy($0, $1, temperature: numbers.rounded(temperature)) }
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
    self.init(
      "SupCon, \(labels.count) samples", loss,
      Arguments(input: .random(in: -1..<1, [labels.count, features], seed: 86), labels: Tensor(labels)),
      shared: ["input"])
  }
}
