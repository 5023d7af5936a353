import Foundation
package import Losses

extension PoissonNLLLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
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
      func stirling(_ t: Double) -> Double { t > 1 ? t * log(t) - t + log(2 * .pi * t) / 2 : 0 }
      return [
        LossUnderTest("PoissonNLL", PoissonNLLLoss(), logRates) { x, t, _ in exp(x) - t * x },
        LossUnderTest("PoissonNLL weighted", PoissonNLLLoss(), logRates.weighted, isMeanWeighted: true) {
          x, t, _ in exp(x) - t * x
        },
        LossUnderTest("PoissonNLL full", PoissonNLLLoss(full: true), logRates) { x, t, _ in
          exp(x) - t * x + stirling(t)
        },
        LossUnderTest("PoissonNLL of rates", PoissonNLLLoss(logInput: false, eps: 0.1), rates) { x, t, _ in
          x - t * log(x + 0.1)
        },
        LossUnderTest("PoissonNLL of rates, full", PoissonNLLLoss(logInput: false, full: true), rates) {
          x, t, _ in x - t * log(x + 1e-8) + stirling(t)
        },
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
