package import Losses

extension GaussianNLLLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .element }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, target: a.target, variance: a["variance"], weight: a.weight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0)
    let (shape, variance) = (a.input.shape, a["variance"])
    faults.size(shape, of: "input")
    faults.broadcast(a.target.shape, of: "target", to: shape)
    faults.elements(variance, of: "variance", in: 0...Double.infinity, allowingNaN: true)
    // The input's shape, or without its last axis, or with one of its axes of length 1, or a single number.
    var aligned = variance
    if variance.rank + 1 == shape.count, variance.shape == Shape(shape.dropLast()) {
      aligned = variance.insertingAxis(at: variance.rank)
    }
    let differing = zip(aligned.shape, shape).filter { $0 != $1 }
    let fits = aligned.rank == shape.count && differing.count <= 1 && differing.allSatisfy { $0.0 == 1 }
    if variance.rank > 0, !fits {
      faults.record(.notBroadcastable(argument: "variance", shape: variance.shape, to: shape))
    }
    guard faults.isEmpty else { return nil }

    let broadcast = Arguments([
      "input": a.input, "target": a.target.broadcast(to: shape), "variance": aligned.broadcast(to: shape),
    ])
    let eps = numbers.rounded(eps)
    var call = PlainCall(elementsOf: broadcast, ["input", "target", "variance"], numbers, &faults) {
      elements in
      let (d, v) = (elements[0] - elements[1], elements[2].raised(to: eps))
      let log2Pi: Bounded = full ? 1.8378770664093454836 : 0
      return (
        (v.logarithm + d * d / v + log2Pi) / 2,
        [d / v, -d / v, (1 - d * (d / v)) / v / 2]
      )
    }
    guard let gradients = call?.gradients else { return nil }
    // The gradient with respect to what was broadcast is the sum over its copies.
    call?.gradients = { scales in
      var result = gradients(scales)
      result["target"] = sums(result["target"]!, shape, to: a.target.shape)
      result["variance"] = sums(result["variance"]!, shape, to: aligned.shape)
      return result
    }
    return call
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
      let input = Tensor<Double>.random(in: -2..<2, shape, seed: 56)
      // The same, without the last axis, one of each axis, one for all.
      let variances: [Shape] = [[2, 3, 4], [2, 3], [2, 3, 1], [2, 1, 4], [1, 3, 4], []]
      let samples = variances.map { varianceShape in
        LossUnderTest(
          "GaussianNLL \(varianceShape)", GaussianNLLLoss(),
          Arguments([
            "input": input, "target": .random(in: -2..<2, shape, seed: 57),
            "variance": .random(in: 0.3..<3, varianceShape, seed: 58),
          ]))
      }
      let full = LossUnderTest(
        "GaussianNLL full", GaussianNLLLoss(full: true),
        Arguments([
          "input": input, "target": .random(in: -2..<2, [3, 1], seed: 59),
          "variance": .random(in: 0.3..<3, shape, seed: 60),
        ]))
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
