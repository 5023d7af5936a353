import Foundation
package import Losses

extension BCELoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let bce = RegisteredLoss(
    "binary_cross_entropy", default: BCELoss(), spelledOut: BCELoss(reduction: .mean),
    others: [BCELoss(reduction: .batchMean)],
    reference: ReferenceCall(["reduction"], .weightedElements) { BCELoss(reduction: try $0.reduction()) },
    samples: {
      func formula(_ x: Double, _ t: Double, _: Double) -> Double { -t * log(x) - (1 - t) * log(1 - x) }
      let shape: Shape = [2, 3, 4]
      let arguments = Arguments(
        input: Tensor<Double>.random(in: 0.25..<0.75, shape, seed: 6),
        target: .random(in: 0.05..<0.95, shape, seed: 5))
      var (full, column) = (arguments, arguments)
      full.weight = .random(in: 0.2..<2, shape, seed: 8)
      column.weight = .random(in: 0.2..<2, [4], seed: 9)
      return [
        LossUnderTest("BCE", BCELoss(), arguments, formula: formula),
        LossUnderTest("BCE weighted", BCELoss(), full, formula: formula),
        LossUnderTest("BCE weighted by column", BCELoss(), column, formula: formula),
      ]
    },
    largeSamples: {
      var (arguments, _, row) = Arguments.largeElements
      arguments.weight = row
      return [
        LossUnderTest("BCE weighted", BCELoss(), arguments) { x, t, _ in
          -t * log(x) - (1 - t) * log(1 - x)
        }
      ]
    },
    generators: [.weightedElements("BCE", 0..<1, 0..<1, isBroadcast: true) { _ in BCELoss() }])
}
