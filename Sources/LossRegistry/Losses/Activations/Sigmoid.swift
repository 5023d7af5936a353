package import Losses

extension Sigmoid: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(elementsOf: a, ["input"], numbers, &faults) {
      ($0[0].sigmoid, [$0[0].sigmoid * (-$0[0]).sigmoid])
    }
  }
}

extension RegisteredLoss {
  static let sigmoid = RegisteredLoss(
    "sigmoid", default: Sigmoid(), spelledOut: Sigmoid(),
    reference: ReferenceCall([], [ReferenceCall.Parameter("input")]) { _ in Sigmoid() },
    samples: {
      [LossUnderTest("Sigmoid", Sigmoid(), Arguments(input: .random(in: -3..<3, [3, 4], seed: 15)))]
    },
    largeSamples: {
      [LossUnderTest("Sigmoid", Sigmoid(), Arguments(input: Arguments.largeElements.arguments.input))]
    },
    generators: [
      Generator("Sigmoid") { decisions in
        Generator.Call(Sigmoid(), Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
      }
    ])
}
