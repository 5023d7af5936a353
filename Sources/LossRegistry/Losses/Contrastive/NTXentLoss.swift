package import Losses

extension NTXentLoss: ReducingAdapter {
  package var comparesSamples: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], input2: a["input2"], sampleWeight: a.sampleWeight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("temperature", temperature, isAllowed: numbers.isDivisor(temperature))
    guard faults.matrix(a["input1"], of: "input1") else { return nil }
    let count = a["input1"].shape[0]
    faults.shape(a["input2"].shape, of: "input2", is: a["input1"].shape)
    faults.similarities(of: 2 * count, with: 2 * count)
    guard faults.isEmpty else { return nil }
    let rows = (0..<2 * count).map { index in
      let others = (0..<2 * count).filter { $0 != index }
      return PlainRow(
        vector: index, others: others, positives: [others.firstIndex(of: (index + count) % (2 * count))!],
        value: index)
    }
    let labels = ["input1", "input2"]
    return PlainCall(
      a, labels: labels, vectors: labels, rows: rows, valueCount: 2 * count, mean: 2 * count, numbers
    ) { crossEntropy($0, $1, temperature: numbers.rounded(temperature)) }
  }
}

extension RegisteredLoss {
  static let ntXent = RegisteredLoss(
    "nt_xent_loss", default: NTXentLoss(), spelledOut: NTXentLoss(temperature: 0.5, reduction: .mean),
    others: [NTXentLoss(temperature: 0.1), NTXentLoss(reduction: .none)],
    reference: ReferenceCall(
      ["temperature", "reduction"],
      [ReferenceCall.Parameter("input1"), ReferenceCall.Parameter("input2")]
    ) { arguments in
      NTXentLoss(
        temperature: try arguments.number("temperature"), reduction: try arguments.reduction())
    },
    samples: {
      [
        LossUnderTest(NTXentLoss(), count: 4, features: 3),
        LossUnderTest(NTXentLoss(temperature: 0.2), count: 2, features: 5),
      ]
    },
    largeSamples: { [LossUnderTest(NTXentLoss(), count: 80, features: 30)] },
    generators: [
      Generator("NTXent") { decisions in
        let loss = NTXentLoss(temperature: decisions.temperature())
        let (count, features) = decisions.vectors()
        return Generator.Call(
          loss,
          Arguments([
            "input1": decisions.matrix(count, features), "input2": decisions.matrix(count, features),
          ]))
      }
    ])
}

extension LossUnderTest {
  fileprivate init(_ loss: NTXentLoss, count: Int, features: Int) {
    self.init(
      "NTXent, \(count) samples", loss,
      Arguments([
        "input1": .random(in: -1..<1, [count, features], seed: 84),
        "input2": .random(in: -1..<1, [count, features], seed: 85),
      ]), shared: ["input1", "input2"])
  }
}
