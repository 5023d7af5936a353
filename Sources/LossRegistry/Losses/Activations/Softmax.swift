import Foundation
package import Losses

extension Softmax: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }
}

extension RegisteredLoss {
  static let softmax = RegisteredLoss(
    "softmax", default: Softmax(axis: 1), spelledOut: Softmax(axis: 1), others: [Softmax(axis: -1)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      Softmax(axis: try $0.integer("dim"))
    },
    samples: {
      LossUnderTest.axes.map { shape, axis in
        LossUnderTest(softmax: "Softmax", Softmax(axis: axis), shape, axis: axis) { $0 }
      }
    },
    largeSamples: {
      [
        LossUnderTest(softmax: "Softmax", Softmax(axis: 1), [2, 3, 151, 150], axis: 1, seed: 25) { $0 }
      ]
    },
    generators: [.alongAxis("Softmax") { Softmax(axis: $0) }])
}
