package import Losses
package import RealMath

/// The example in the documentation of `ElementwiseLoss`: (log(1 + x) − log(1 + t))²
package struct SquaredLogLoss: ElementwiseLoss {
  package var reduction = Reduction.mean

  package init(reduction: Reduction = .mean) { self.reduction = reduction }

  package func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let difference = log1p(x) - log1p(t)
    return ElementwiseTerms(
      value: difference * difference,
      inputDerivative: 2 * difference / (1 + x),
      targetDerivative: -2 * difference / (1 + t))
  }
}

extension SquaredLogLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x.logarithmOfOnePlus - t.logarithmOfOnePlus
    return (d * d, [2 * d / (1 + x), -2 * d / (1 + t)])
  }
}

extension Arguments<Double> {
  static let positive = Arguments(
    input: Tensor<Double>.random(in: 0..<5, [3, 4], seed: 17), target: .random(in: 0..<5, [3, 4], seed: 18))
}

extension RegisteredLoss {
  static let squaredLog = RegisteredLoss(
    nil, isPublic: false, default: SquaredLogLoss(), spelledOut: SquaredLogLoss(reduction: .mean),
    others: [SquaredLogLoss(reduction: .none)],
    samples: {
      [
        LossUnderTest("a loss of one's own", SquaredLogLoss(), .positive),
        LossUnderTest("a loss of one's own, weighted", SquaredLogLoss(), .positive.weighted),
      ]
    },
    generators: [
      .elements("a loss of one's own", 0..<50, 0..<50) { _ in SquaredLogLoss() },
      .weightedElements("a loss of one's own, weighted", 0..<50, 0..<50) { _ in SquaredLogLoss() },
    ])
}
