import Foundation
package import Losses

extension LogSoftmax: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }
}

extension RegisteredLoss {
  static let logSoftmax = RegisteredLoss(
    "log_softmax", default: LogSoftmax(axis: 2), spelledOut: LogSoftmax(axis: 2),
    others: [LogSoftmax(axis: 0)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      LogSoftmax(axis: try $0.integer("dim"))
    },
    samples: {
      LossUnderTest.axes.map { shape, axis in
        LossUnderTest(softmax: "LogSoftmax", LogSoftmax(axis: axis), shape, axis: axis) { log($0) }
      }
    },
    largeSamples: {
      [
        LossUnderTest(softmax: "LogSoftmax", LogSoftmax(axis: 1), [2, 3, 151, 150], axis: 1, seed: 25) {
          log($0)
        }
      ]
    },
    generators: [.alongAxis("LogSoftmax") { LogSoftmax(axis: $0) }])
}
