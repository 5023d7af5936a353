import Foundation
package import Losses

extension BCEWithLogitsLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, target: a.target, weight: a.weight, positiveWeight: a.positiveWeight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let bceWithLogits = RegisteredLoss(
    "binary_cross_entropy_with_logits", default: BCEWithLogitsLoss(),
    spelledOut: BCEWithLogitsLoss(reduction: .mean), others: [BCEWithLogitsLoss(reduction: .none)],
    reference: ReferenceCall(
      ["reduction"],
      .weightedElements + [ReferenceCall.Parameter("pos_weight", as: "positiveWeight", .optionalTensor)]
    ) {
      BCEWithLogitsLoss(reduction: try $0.reduction())
    },
    samples: {
      let shape: Shape = [2, 3, 4]
      let full = Tensor<Double>.random(in: 0.2..<2, shape, seed: 8)
      let row = Tensor<Double>.random(in: 0.2..<2, [4], seed: 9)
      let column = Tensor<Double>.random(in: 0.2..<3, [3, 1], seed: 10)
      func sample(_ name: String, weight: Tensor<Double>?, positiveWeight: Tensor<Double>?) -> LossUnderTest {
        let arguments = Arguments(
          input: Tensor<Double>.random(in: -3..<3, shape, seed: 7),
          target: .random(in: 0.05..<0.95, shape, seed: 5), weight: weight, positiveWeight: positiveWeight)
        return LossUnderTest("BCEWithLogits\(name)", BCEWithLogitsLoss(), arguments, formula: formula)
      }
      return [
        sample("", weight: nil, positiveWeight: nil),
        sample(" weighted", weight: full, positiveWeight: nil),
        sample(" positive", weight: nil, positiveWeight: row),
        sample(" with both", weight: column, positiveWeight: row),
        sample(" swapped", weight: row, positiveWeight: column),
      ]
    },
    largeSamples: {
      var (arguments, weight, row) = Arguments.largeElements
      arguments.weight = weight
      arguments.positiveWeight = row
      return [LossUnderTest("BCEWithLogits positive", BCEWithLogitsLoss(), arguments, formula: formula)]
    },
    generators: [
      .weightedElements("BCEWithLogits", -50..<50, 0..<1, isBroadcast: true) { _ in BCEWithLogitsLoss() },
      Generator("BCEWithLogits positive") { decisions in
        let shape = decisions.shape(ranks: 0...4)
        let weight = decisions.isOne(in: 2) ? decisions.broadcastable(to: shape) : nil
        return Generator.Call(
          BCEWithLogitsLoss(),
          Arguments(
            input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1),
            weight: weight.map { decisions.tensor($0, 0..<2) },
            positiveWeight: decisions.tensor(decisions.broadcastable(to: shape), 0..<3)))
      },
    ])

  @Sendable
  private static func formula(_ x: Double, _ t: Double, _ p: Double) -> Double {
    p * t * log(1 + exp(-x)) + (1 - t) * log(1 + exp(x))
  }
}
