import Foundation
package import Losses

extension Sigmoid: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }
}

extension RegisteredLoss {
  static let sigmoid = RegisteredLoss(
    "sigmoid", default: Sigmoid(), spelledOut: Sigmoid(),
    reference: ReferenceCall([], [ReferenceCall.Parameter("input")]) { _ in Sigmoid() },
    samples: { [sample(.random(in: -3..<3, [3, 4], seed: 15))] },
    largeSamples: { [sample(Arguments.largeElements.arguments.input)] },
    generators: [
      Generator("Sigmoid") { decisions in
        Generator.Call(Sigmoid(), Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
      }
    ])

  private static func sample(_ input: Tensor<Double>) -> LossUnderTest {
    LossUnderTest(activation: "Sigmoid", Sigmoid(), input) { 1 / (1 + exp(-input[$0])) }
  }
}
