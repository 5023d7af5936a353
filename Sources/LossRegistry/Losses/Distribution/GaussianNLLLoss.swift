import Foundation
package import Losses

extension GaussianNLLLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, target: a.target, variance: a["variance"], weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let gaussianNLL = RegisteredLoss(
    "gaussian_nll_loss", default: GaussianNLLLoss(),
    spelledOut: GaussianNLLLoss(full: false, eps: 1e-6, reduction: .mean),
    others: [GaussianNLLLoss(full: true), GaussianNLLLoss(eps: 0.1), GaussianNLLLoss(reduction: .none)],
    reference: ReferenceCall(
      ["full", "eps", "reduction"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target"),
        ReferenceCall.Parameter("var", as: "variance", .variance),
      ]
    ) {
      GaussianNLLLoss(
        full: try $0.boolean("full"), eps: try $0.number("eps"), reduction: try $0.reduction())
    },
    samples: {
      let shape: Shape = [2, 3, 4]
      // The same, without the last axis, one of each axis, one for all.
      let variances: [Shape] = [[2, 3, 4], [2, 3], [2, 3, 1], [2, 1, 4], [1, 3, 4], []]
      let input = Tensor<Double>.random(in: -2..<2, shape, seed: 56)
      let samples = variances.map { varianceShape in
        LossUnderTest(
          gaussian: "GaussianNLL \(varianceShape)", input, .random(in: -2..<2, shape, seed: 57),
          .random(in: 0.3..<3, varianceShape, seed: 58), full: false)
      }
      let full = LossUnderTest(
        gaussian: "GaussianNLL full", input, .random(in: -2..<2, [3, 1], seed: 59),
        .random(in: 0.3..<3, shape, seed: 60), full: true)
      return samples + [full]
    },
    generators: [
      Generator("GaussianNLL") { decisions in
        let (full, eps) = (decisions.isOne(in: 2), decisions.real(1e-6..<0.1))
        let shape = decisions.shape(ranks: 0...4)
        let target = decisions.tensor(decisions.broadcastable(to: shape), -50..<50)
        let shapes = [
          shape, [], Shape(shape.dropLast()), Shape(shape.dropLast() + shape.suffix(1).map { _ in 1 }),
        ]
        let variance = decisions.tensor(decisions.choice(of: shapes).orScalar, 0..<4)
        let digestsVariance = decisions.isOne(in: 2)
        return Generator.Call(
          GaussianNLLLoss(full: full, eps: eps),
          Arguments([
            "input": decisions.tensor(shape, -50..<50), "target": target, "variance": variance,
          ]), digested: ["input", digestsVariance ? "variance" : "target"])
      }
    ])
}

extension LossUnderTest {
  fileprivate init(
    gaussian name: String, _ input: Tensor<Double>, _ target: Tensor<Double>, _ variance: Tensor<Double>,
    full: Bool
  ) {
    let shape = input.shape
    let targets = target.broadcast(to: shape)
    let variances =
      (variance.shape == Shape(shape.dropLast()) ? variance.insertingAxis(at: variance.rank) : variance)
      .broadcast(to: shape)
    self.init(
      name: name, loss: GaussianNLLLoss(full: full),
      arguments: Arguments(["input": input, "target": target, "variance": variance]),
      expected: Tensor(shape: shape) { index in
        let (v, d) = (variances[index], input[index] - targets[index])
        return (log(v) + d * d / v + (full ? log(2 * .pi) : 0)) / 2
      },
      meanDenominator: Double(shape.elementCount), batch: Double(shape[0]))
  }
}
