package import Losses

extension LogSumExp: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    guard let columns = PlainColumns(a.input, along: axis, &faults) else { return nil }
    let scores = numbers(a.input)
    let positions = columns.positions
    let samples = positions.map { column in column.map { scores[$0] } }
    let softmaxes = samples.map { PlainSoftmax($0) }
    // With one +∞, the gradient is the limit: 1 there.
    let gradients = zip(samples, softmaxes).map { scores, softmax in
      let infinite = scores.indices.filter { scores[$0].value == .infinity }
      let isLimit = infinite.count == 1 && softmax.logSum.value == .infinity
      return isLimit ? scores.indices.map { $0 == infinite[0] ? 1 : 0 } : softmax.probabilities
    }
    let shape: Shape = a.input.rank == 0 ? [1] : a.input.shape
    return PlainCall(
      shape: shape.dropping(axis: axis < 0 ? axis + shape.count : axis), values: softmaxes.map(\.logSum)
    ) { scales in
      var gradient = scores
      for (sample, column) in positions.enumerated() {
        for (position, slope) in zip(column, gradients[sample]) {
          gradient[position] = scales[sample] * slope
        }
      }
      return ["input": gradient]
    }
  }
}

extension RegisteredLoss {
  static let logSumExp = RegisteredLoss(
    "logsumexp", default: LogSumExp(axis: 1), spelledOut: LogSumExp(axis: 1), others: [LogSumExp(axis: -1)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      LogSumExp(axis: try $0.integer("dim"))
    },
    samples: { LossUnderTest.axes.map { LossUnderTest(alongAxis: LogSumExp(axis: $1), $0) } },
    largeSamples: { [LossUnderTest(alongAxis: LogSumExp(axis: 1), [2, 3, 151, 150])] },
    generators: [.alongAxis("LogSumExp") { LogSumExp(axis: $0) }])
}
