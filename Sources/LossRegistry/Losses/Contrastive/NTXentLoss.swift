package import Losses

extension NTXentLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a["input1"], input2: a["input2"], sampleWeight: a.sampleWeight, mask: a.mask))
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
    let arguments = Arguments<Double>([
      "input1": .random(in: -1..<1, [count, features], seed: 84),
      "input2": .random(in: -1..<1, [count, features], seed: 85),
    ])
    let views = Similarities.units(arguments["input1"]) + Similarities.units(arguments["input2"])
    let values = views.indices.map { index in
      let others = [(index + count) % (2 * count)] + views.indices.filter { $0 % count != index % count }
      return Similarities.crossEntropy(
        others.map { Similarities.dot(views[index], views[$0]) / loss.temperature }, of: 0)
    }
    self.init(
      name: "NTXent, \(count) samples", loss: loss, arguments: arguments, expected: Tensor(values),
      meanDenominator: Double(2 * count), batch: Double(2 * count), shared: ["input1", "input2"])
  }
}
