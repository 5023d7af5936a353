import Foundation
package import Losses

extension NegativeBinomialNLLLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, dispersion: a["dispersion"], target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let negativeBinomialNLL = RegisteredLoss(
    "negative_binomial_nll_loss", default: NegativeBinomialNLLLoss(),
    spelledOut: NegativeBinomialNLLLoss(reduction: .mean), others: [NegativeBinomialNLLLoss(reduction: .sum)],
    reference: ReferenceCall(
      ["reduction"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .numbers),
        ReferenceCall.Parameter("dispersion", .numbers),
      ]
    ) { NegativeBinomialNLLLoss(reduction: try $0.reduction()) },
    samples: { ([[3, 4], [4], [3, 1], []] as [Shape]).map { sample(dispersion: $0) } },
    generators: [
      Generator("NegativeBinomialNLL") { decisions in
        let shape = decisions.shape(ranks: 0...4)
        let counts = decisions.tensor(shape, 0..<30)
        let target = decisions.isOne(in: 2) ? counts.map { $0.rounded(.down) } : counts
        let dispersionShape = decisions.isOne(in: 2) ? shape : decisions.broadcastable(to: shape)
        return Generator.Call(
          NegativeBinomialNLLLoss(),
          Arguments([
            "input": decisions.tensor(shape, 0..<40), "target": target,
            "dispersion": decisions.tensor(dispersionShape, 0..<3),
          ]))
      }
    ])

  private static func sample(dispersion: Shape) -> LossUnderTest {
    let shape: Shape = [3, 4]
    let arguments = Arguments<Double>([
      "input": .random(in: 0.3..<6, shape, seed: 91), "target": .random(in: 0.2..<9, shape, seed: 92),
      "dispersion": .random(in: 0.2..<3, dispersion, seed: 93),
    ])
    let dispersions = arguments["dispersion"].broadcast(to: shape)
    return LossUnderTest(
      name: "NegativeBinomialNLL, dispersion of shape \(dispersion)", loss: NegativeBinomialNLLLoss(),
      arguments: arguments,
      expected: Tensor(shape: shape) { index in
        let (mean, t, size) = (arguments.input[index], arguments.target[index], 1 / dispersions[index])
        let p = mean / (mean + size)
        return -lgamma(t + size) + lgamma(size) + lgamma(t + 1) - t * log(p) - size * log1p(-p)
      },
      meanDenominator: 12, batch: 3, shared: dispersion == shape ? [] : ["dispersion"])
  }
}
