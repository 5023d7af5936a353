package import Losses

extension LogCoshLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  /// log(1 + 2·sinh²(d/2)), or |d| + log(1 + e⁻²ᵈ) − log 2, of which the former cancels nowhere and overflows. The derivative
  /// is tanh d.
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    let a = d.magnitude
    let e = (-2 * a).exponential
    if a.value < 1 {
      let exponential = a.exponentialMinusOne
      let tanh = exponential * (exponential + 2) / (exponential * (exponential + 2) + 2)
      let slope = d.value < 0 ? -tanh : tanh
      return ((exponential * exponential / (2 * (1 + exponential))).logarithmOfOnePlus, [slope, -slope])
    }
    let slope = d.sign * ((1 - e) / (1 + e))
    return (a + e.logarithmOfOnePlus - Bounded(0.6931471805599453094), [slope, -slope])
  }
}

extension RegisteredLoss {
  static let logCosh = RegisteredLoss(
    "log_cosh_loss", default: LogCoshLoss(),
    spelledOut: LogCoshLoss(reduction: .mean),
    others: [LogCoshLoss(reduction: .none)],
    reference: ReferenceCall(["reduction"], .elements) { LogCoshLoss(reduction: try $0.reduction()) },
    samples: {
      [
        LossUnderTest("LogCosh", LogCoshLoss(), .regression),
        LossUnderTest("LogCosh weighted", LogCoshLoss(), .regression.weighted),
      ]
    },
    generators: [
      .elements("LogCosh", -50..<50, -50..<50) { _ in LogCoshLoss() },
      .weightedElements("LogCosh weighted", -50..<50, -50..<50) { _ in LogCoshLoss() },
    ])
}
