package import Losses

extension PoissonNLLLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0 && numbers.isFinite(eps))
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    // log 0 = −∞ and log of what is negative is NaN, but a count of 0 adds nothing.
    let shifted = x + numbers.rounded(eps)
    let (rate, logRate) = logInput ? (x.exponential, x) : (x, shifted.logarithm)
    var value = rate - (t.isZero ? 0 : t * logRate)
    var targetDerivative = -logRate
    // Only a target of at most 1 goes without: NaN has the term.
    if full, !(t.value <= 1) {
      let logTarget = t.logarithm
      let log2Pi: Bounded = 1.8378770664093454836
      value += t * logTarget - t + (logTarget + log2Pi) / 2
      targetDerivative += logTarget + 1 / (2 * t)
    }
    return (value, [logInput ? rate - t : 1 - t / shifted, targetDerivative])
  }
}

extension RegisteredLoss {
  static let poissonNLL = RegisteredLoss(
    "poisson_nll_loss", default: PoissonNLLLoss(),
    spelledOut: PoissonNLLLoss(logInput: true, full: false, eps: 1e-8, reduction: .mean),
    others: [
      PoissonNLLLoss(logInput: false), PoissonNLLLoss(full: true), PoissonNLLLoss(eps: 0.1),
      PoissonNLLLoss(reduction: .sum),
    ],
    reference: ReferenceCall(["log_input", "full", "eps", "reduction"], .elements) {
      PoissonNLLLoss(
        logInput: try $0.boolean("log_input"), full: try $0.boolean("full"), eps: try $0.number("eps"),
        reduction: try $0.reduction())
    },
    samples: {
      let shape: Shape = [3, 4]
      // On both sides of 1, above which Stirling's term counts.
      let counts = Tensor<Double>.random(in: 0.2..<4, shape, seed: 53)
      let rates = Arguments(input: Tensor<Double>.random(in: 0.2..<3, shape, seed: 51), target: counts)
      let logRates = Arguments(input: Tensor<Double>.random(in: -1..<1.5, shape, seed: 52), target: counts)
      return [
        LossUnderTest("PoissonNLL", PoissonNLLLoss(), logRates),
        LossUnderTest("PoissonNLL weighted", PoissonNLLLoss(), logRates.weighted),
        LossUnderTest("PoissonNLL full", PoissonNLLLoss(full: true), logRates),
        LossUnderTest("PoissonNLL of rates", PoissonNLLLoss(logInput: false, eps: 0.1), rates),
        LossUnderTest("PoissonNLL of rates, full", PoissonNLLLoss(logInput: false, full: true), rates),
      ]
    },
    generators: [
      .elements("PoissonNLL", -20..<20, 0..<50) { decisions in
        let (full, eps) = (decisions.isOne(in: 2), decisions.real(0..<1))
        return PoissonNLLLoss(full: full, eps: eps)
      },
      .elements("PoissonNLL of rates", 0..<50, 0..<50) { decisions in
        let (full, eps) = (decisions.isOne(in: 2), decisions.real(1e-8..<1))
        return PoissonNLLLoss(logInput: false, full: full, eps: eps)
      },
      .weightedElements("PoissonNLL weighted", -20..<20, 0..<50) { decisions in
        PoissonNLLLoss(full: decisions.isOne(in: 2))
      },
    ])
}
