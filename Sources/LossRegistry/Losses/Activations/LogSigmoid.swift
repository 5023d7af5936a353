import Foundation
package import Losses

extension LogSigmoid: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }
}

extension RegisteredLoss {
  static let logSigmoid = RegisteredLoss(
    "logsigmoid", default: LogSigmoid(), spelledOut: LogSigmoid(),
    reference: ReferenceCall([], [ReferenceCall.Parameter("input")]) { _ in LogSigmoid() },
    samples: {
      let input = Tensor<Double>.random(in: -3..<3, [3, 4], seed: 15)
      return [
        LossUnderTest(activation: "LogSigmoid", LogSigmoid(), input) { -log(1 + exp(-input[$0])) }
      ]
    },
    generators: [
      Generator("LogSigmoid") { decisions in
        Generator.Call(LogSigmoid(), Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
      }
    ])
}
