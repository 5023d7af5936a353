import Foundation
package import Losses

extension LogSumExp: Adapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input))
  }
}

extension RegisteredLoss {
  static let logSumExp = RegisteredLoss(
    "logsumexp", default: LogSumExp(axis: 1), spelledOut: LogSumExp(axis: 1), others: [LogSumExp(axis: -1)],
    reference: ReferenceCall(["dim"], [ReferenceCall.Parameter("input")]) {
      LogSumExp(axis: try $0.integer("dim"))
    },
    samples: { LossUnderTest.axes.map { LossUnderTest(logSumExp: $0, axis: $1) } },
    largeSamples: { [LossUnderTest(logSumExp: [2, 3, 151, 150], axis: 1)] },
    generators: [.alongAxis("LogSumExp") { LogSumExp(axis: $0) }])
}

extension LossUnderTest {
  fileprivate init(logSumExp shape: Shape, axis: Int) {
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: 78)
    let position = axis < 0 ? axis + shape.count : axis
    let (length, inner) = (shape[position], shape[(position + 1)...].reduce(1, *))
    let scalars = input.scalars
    let values = (0..<scalars.count / length).map { column in
      let first = column / inner * length * inner + column % inner
      return log((0..<length).reduce(0) { $0 + exp(scalars[first + $1 * inner]) })
    }
    self.init(
      name: "LogSumExp \(shape) axis \(axis)", loss: LogSumExp(axis: axis),
      arguments: Arguments(input: input),
      expected: Tensor(values, shape: shape.dropping(axis: position)))
  }
}
