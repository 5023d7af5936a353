package import Losses

extension AsymmetricLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    for (name, gamma) in [("negativeGamma", negativeGamma), ("positiveGamma", positiveGamma)] {
      faults.hyperparameter(name, gamma, isAllowed: gamma >= 0 && numbers.isFinite(gamma))
    }
    faults.hyperparameter("clip", clip, isAllowed: 0...1 ~= clip)
  }

  var plainTargetDomain: ClosedRange<Double>? { 0...1 }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (clip, s) = (numbers.rounded(clip), 1 - t)
    let (plus, minus) = (numbers.rounded(positiveGamma), numbers.rounded(negativeGamma))
    let (p, q) = (x.sigmoid, (-x).sigmoid)
    let excess = clip.value > 0.5 && x.value > 0 ? numbers.rounded(1 - self.clip) - q : p - clip
    let (h, isKept) = (excess.raised(to: Bounded(0, ulp: x.ulp)), excess.step(atZero: 1))
    let a = (-x).softplus
    // A clip that Float takes for 0 is one.
    let isClipped = clip.value >= numbers.leastNormal
    let rest = q + clip
    let b = isClipped ? (h / (rest.value > 1 ? 1 : rest)).logarithmOfOnePlus : x.softplus
    let c = Bounded.product(t, a) + Bounded.product(s, b)
    let (u, gamma) = (t * q + s * h, plus * t + minus * s)
    let power = u.focalPower(gamma)
    let ratio = u.isZero ? 0 : c / u
    let pull = Bounded.product(p * q * (s * isKept - t) * gamma, ratio)
    let slope = Bounded.product(s * isKept, isClipped ? p * q / rest : p) - t * q
    let tilt =
      (u.isZero ? 0 : Bounded.product((plus - minus) * u.logarithm, c))
      + Bounded.product(gamma * (q - h), ratio)
    return (Bounded.product(power, c), [power * (pull + slope), Bounded.product(power, tilt + (a - b))])
  }
}

extension RegisteredLoss {
  static let asymmetric = RegisteredLoss(
    "asymmetric_loss", default: AsymmetricLoss(),
    spelledOut: AsymmetricLoss(negativeGamma: 4, positiveGamma: 1, clip: 0.05, reduction: .mean),
    others: [
      AsymmetricLoss(negativeGamma: 2), AsymmetricLoss(positiveGamma: 0), AsymmetricLoss(clip: 0),
      AsymmetricLoss(reduction: .none),
    ],
    reference: ReferenceCall(
      ["negative_gamma", "positive_gamma", "clip", "reduction"], .elements
    ) {
      AsymmetricLoss(
        negativeGamma: try $0.number("negative_gamma"), positiveGamma: try $0.number("positive_gamma"),
        clip: try $0.number("clip"), reduction: try $0.reduction())
    },
    samples: {
      let arguments = Arguments(
        input: Tensor<Double>.random(in: -3..<3, [3, 4], seed: 73),
        target: .random(in: 0.05..<0.95, [3, 4], seed: 74))
      return [
        LossUnderTest("Asymmetric", AsymmetricLoss(), arguments),
        LossUnderTest(
          "Asymmetric weighted", AsymmetricLoss(positiveGamma: 0.5, clip: 0.3), arguments.weighted),
        LossUnderTest("Asymmetric without clip", AsymmetricLoss(clip: 0), arguments),
      ]
    },
    generators: [
      .elements("Asymmetric", -50..<50, 0..<1) { decisions in
        let (negative, positive) = (
          decisions.real(0..<5), decisions.choice(of: [0, 1, decisions.real(0..<3)])
        )
        return AsymmetricLoss(
          negativeGamma: negative, positiveGamma: positive,
          clip: decisions.choice(of: [0, 0.05, decisions.real(0..<0.5)]))
      },
      .weightedElements("Asymmetric weighted", -50..<50, 0..<1) { decisions in
        let (negative, positive) = (
          decisions.real(0..<5), decisions.choice(of: [0, 1, decisions.real(0..<3)])
        )
        return AsymmetricLoss(
          negativeGamma: negative, positiveGamma: positive,
          clip: decisions.choice(of: [0, 0.05, decisions.real(0..<0.5)]))
      },
    ])
}
