package import Losses

extension Softmax: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    PlainCall(along: axis, a, numbers, &faults) {
      $0.probabilities
    } backward: { softmax, upstream in
      let p = softmax.probabilities
      let mean = zip(p, upstream).map { $0 * $1 }.sum
      return zip(p, upstream).map { $0 * ($1 - mean) }
    }
  }
}

extension RegisteredLoss {
  static let softmax = RegisteredLoss(
    "softmax", default: Softmax(axis: 1), spelledOut: Softmax(axis: 1), others: [Softmax(axis: -1)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      Softmax(axis: try $0.integer("dim"))
    },
    samples: { LossUnderTest.axes.map { LossUnderTest(alongAxis: Softmax(axis: $1), $0) } },
    largeSamples: { [LossUnderTest(alongAxis: Softmax(axis: 1), [2, 3, 151, 150])] },
    generators: [.alongAxis("Softmax") { Softmax(axis: $0) }])
}
