package import Losses

extension SigmoidFocalLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    if let alpha { faults.hyperparameter("alpha", alpha, isAllowed: 0...1 ~= alpha) }
    faults.hyperparameter("gamma", gamma, isAllowed: gamma >= 0 && numbers.isFinite(gamma))
  }

  var plainTargetDomain: ClosedRange<Double>? { 0...1 }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let gamma = numbers.rounded(gamma)
    let positive: Bounded = alpha.map { numbers.rounded($0) } ?? 1
    let negative: Bounded = alpha.map { numbers.rounded(1 - $0) } ?? 1
    let (p, q, s) = (x.sigmoid, (-x).sigmoid, 1 - t)
    let (u, entropy) = (t * q + s * p, BCEWithLogitsLoss.terms(x, t))
    let (c, power, share) = (entropy.value, u.focalPower(gamma), positive * t + negative * s)
    let pull = Bounded.product(Bounded.product(p * q, (s - t) * gamma), u.isZero ? 0 : c / u)
    let lean = Bounded.product(gamma * (q - p), u.isZero ? 0 : c / u)
    let scale = share * power
    return (
      Bounded.product(scale, c),
      [
        scale * (pull + entropy.derivatives[0]),
        Bounded.product(power, Bounded.product(positive - negative, c) + share * (lean - x)),
      ]
    )
  }
}

extension RegisteredLoss {
  static let sigmoidFocal = RegisteredLoss(
    "sigmoid_focal_loss", default: SigmoidFocalLoss(),
    spelledOut: SigmoidFocalLoss(alpha: 0.25, gamma: 2, reduction: .mean),
    others: [
      SigmoidFocalLoss(alpha: nil), SigmoidFocalLoss(alpha: 0.5), SigmoidFocalLoss(gamma: 0.5),
      SigmoidFocalLoss(reduction: .none),
    ],
    reference: ReferenceCall(["alpha", "gamma", "reduction"], .elements) {
      SigmoidFocalLoss(
        alpha: try $0.optionalNumber("alpha"), gamma: try $0.number("gamma"), reduction: try $0.reduction())
    },
    samples: {
      let arguments = Arguments(
        input: Tensor<Double>.random(in: -3..<3, [3, 4], seed: 73),
        target: .random(in: 0.05..<0.95, [3, 4], seed: 74))
      return [
        LossUnderTest("SigmoidFocal", SigmoidFocalLoss(), arguments),
        LossUnderTest("SigmoidFocal weighted", SigmoidFocalLoss(gamma: 0.5), arguments.weighted),
        LossUnderTest("SigmoidFocal without alpha", SigmoidFocalLoss(alpha: nil, gamma: 1.5), arguments),
      ]
    },
    generators: [
      .elements("SigmoidFocal", -50..<50, 0..<1) { decisions in
        let alpha = decisions.isOne(in: 2) ? decisions.real(0..<1) : nil
        return SigmoidFocalLoss(alpha: alpha, gamma: decisions.choice(of: [0, 2, decisions.real(0..<4)]))
      },
      .weightedElements("SigmoidFocal weighted", -50..<50, 0..<1) {
        SigmoidFocalLoss(gamma: $0.real(0..<4))
      },
    ])
}
