package import Losses

extension LogSigmoid: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(elementsOf: a, ["input"], numbers, &faults) { (-(-$0[0]).softplus, [(-$0[0]).sigmoid]) }
  }
}

extension RegisteredLoss {
  static let logSigmoid = RegisteredLoss(
    "logsigmoid", default: LogSigmoid(), spelledOut: LogSigmoid(),
    reference: ReferenceCall([], [ReferenceCall.Parameter("input")]) { _ in LogSigmoid() },
    samples: {
      [
        LossUnderTest(
          "LogSigmoid", LogSigmoid(), Arguments(input: .random(in: -3..<3, [3, 4], seed: 15)))
      ]
    },
    generators: [
      Generator("LogSigmoid") { decisions in
        Generator.Call(LogSigmoid(), Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
      }
    ])
}
