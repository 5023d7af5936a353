package import Losses

extension LogSoftmax: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(along: axis, a, numbers, &faults) {
      $0.logProbabilities
    } backward: { softmax, upstream in
      let sum = upstream.sum
      return zip(softmax.probabilities, upstream).map { $1 - $0 * sum }
    }
  }
}

extension RegisteredLoss {
  static let logSoftmax = RegisteredLoss(
    "log_softmax", default: LogSoftmax(axis: 2), spelledOut: LogSoftmax(axis: 2),
    others: [LogSoftmax(axis: 0)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      LogSoftmax(axis: try $0.integer("dim"))
    },
    samples: { LossUnderTest.axes.map { LossUnderTest(alongAxis: LogSoftmax(axis: $1), $0) } },
    largeSamples: { [LossUnderTest(alongAxis: LogSoftmax(axis: 1), [2, 3, 151, 150])] },
    generators: [.alongAxis("LogSoftmax") { LogSoftmax(axis: $0) }])
}
