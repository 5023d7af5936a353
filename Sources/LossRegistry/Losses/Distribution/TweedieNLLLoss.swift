package import Losses

extension TweedieNLLLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("power", power, isAllowed: power > 1 && power < 2)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (a, b) = (numbers.rounded(power - 1), numbers.rounded(2 - power))
    let (falling, rising) = ((-a * x).exponential, (b * x).exponential)
    let product = t.isZero ? 0 : t * falling
    return (product / a + rising / b, [rising - product, falling / a])
  }
}

extension RegisteredLoss {
  static let tweedieNLL = RegisteredLoss(
    "tweedie_nll_loss", default: TweedieNLLLoss(),
    spelledOut: TweedieNLLLoss(power: 1.5, reduction: .mean),
    others: [TweedieNLLLoss(power: 1.25), TweedieNLLLoss(reduction: .none)],
    reference: ReferenceCall(["power", "reduction"], .elements) {
      TweedieNLLLoss(power: try $0.number("power"), reduction: try $0.reduction())
    },
    samples: {
      let counts = Arguments(
        input: Tensor<Double>.random(in: -1..<1.5, [3, 4], seed: 71),
        target: .random(in: 0.2..<4, [3, 4], seed: 72))
      return [
        LossUnderTest("TweedieNLL", TweedieNLLLoss(power: 1.25), counts),
        LossUnderTest("TweedieNLL weighted", TweedieNLLLoss(power: 1.25), counts.weighted),
      ]
    },
    generators: [
      .elements("TweedieNLL", -20..<20, 0..<50) { TweedieNLLLoss(power: $0.real(1.01..<1.99)) },
      .weightedElements("TweedieNLL weighted", -20..<20, 0..<50) {
        TweedieNLLLoss(power: $0.real(1.01..<1.99))
      },
    ])
}
