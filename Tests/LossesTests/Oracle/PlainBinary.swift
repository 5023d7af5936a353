import LossRegistry
import Losses

extension BCELoss: PlainElementwiseLoss {
  var plainDomain: ClosedRange<Double>? { 0...1 }
  var plainWeighting: ElementWeighting { .broadcast }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let logX = x.logarithm.raised(to: -100)
    let logComplement = (-x).logarithmOfOnePlus.raised(to: -100)
    // The bound is PyTorch's, a number of `Float`.
    let variance = (x * (1 - x)).raised(to: Bounded(Double(1e-12 as Float)))
    return ((t - 1) * logComplement - t * logX, [(x - t) / variance, logComplement - logX])
  }
}

extension BCEWithLogitsLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    if a.positiveWeight == nil {
      return PlainCall(elementsOf: a, ["input", "target"], weighting: .broadcast, numbers, &faults) {
        Self.terms($0[0], $0[1])
      }
    }
    return PlainCall(
      elementsOf: a, ["input", "target"], others: ["positiveWeight"], weighting: .broadcast, numbers, &faults
    ) {
      Self.terms($0[0], $0[1], positiveWeight: $0[2])
    }
  }

  /// t·p·(−log σ(x)) + (1 − t)·(−log σ(−x)), where a factor of 0 wins against an infinity.
  static func terms(_ x: Bounded, _ t: Bounded, positiveWeight p: Bounded = 1) -> PlainTerms {
    func product(_ factor: Bounded, _ other: Bounded) -> Bounded { factor.isZero ? 0 : factor * other }
    let (positive, negative) = (p * t, 1 - t)
    return (
      product(positive, (-x).softplus) + product(negative, x.softplus),
      [
        product(negative, x.sigmoid) - product(positive, (-x).sigmoid),
        p.value == 1 && p.ulp == 0 ? -x : p * (-x).softplus - x.softplus,
      ]
    )
  }
}

extension SoftMarginLoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ y: Bounded, _: Precision) -> PlainTerms {
    let z = -y * x
    return (z.softplus, [-y * z.sigmoid, -x * z.sigmoid])
  }
}

extension HingeLoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let gap = 1 - t * x
    let zero = Bounded(0, ulp: gap.ulp)
    let slope = gap.step(atZero: 1)
    return (gap.raised(to: zero), [t, x].map { slope.value == 0 ? zero : -$0 * slope })
  }
}

extension SquaredHingeLoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let gap = 1 - t * x
    let zero = Bounded(0, ulp: gap.ulp)
    let hinge = gap.raised(to: zero)
    return (
      hinge * hinge,
      [t, x].map { gap.value < 0 ? Bounded(0, error: hinge.error, ulp: gap.ulp) : -2 * hinge * $0 }
    )
  }
}

extension Bounded {
  /// The power of a number that is not negative: e to the exponent times the logarithm, but 0⁰ is 1.
  fileprivate func focalPower(_ exponent: Bounded) -> Bounded {
    exponent.isZero ? 1 : (exponent * logarithm).exponential
  }
}

/// A product in which 0 wins against infinity.
private func product(_ factor: Bounded, _ other: Bounded) -> Bounded {
  factor.isZero || other.isZero ? 0 : factor * other
}

extension SigmoidFocalLoss: PlainElementwiseLoss {
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
    let pull = product(product(p * q, (s - t) * gamma), u.isZero ? 0 : c / u)
    let lean = product(gamma * (q - p), u.isZero ? 0 : c / u)
    let scale = share * power
    return (
      product(scale, c),
      [
        scale * (pull + entropy.derivatives[0]),
        product(power, product(positive - negative, c) + share * (lean - x)),
      ]
    )
  }
}

extension AsymmetricLoss: PlainElementwiseLoss {
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
    let (h, isKept) = ((p - clip).raised(to: Bounded(0, ulp: x.ulp)), (p - clip).step(atZero: 1))
    let a = (-x).softplus
    // A clip that Float takes for 0 is one.
    let isClipped = clip.value >= numbers.leastNormal
    let rest = q + clip
    let b = isClipped ? (h / (rest.value > 1 ? 1 : rest)).logarithmOfOnePlus : x.softplus
    let c = product(t, a) + product(s, b)
    let (u, gamma) = (t * q + s * h, plus * t + minus * s)
    let power = u.focalPower(gamma)
    let ratio = u.isZero ? 0 : c / u
    let pull = product(p * q * (s * isKept - t) * gamma, ratio)
    let slope = product(s * isKept, isClipped ? p * q / rest : p) - t * q
    let tilt = (u.isZero ? 0 : product((plus - minus) * u.logarithm, c)) + product(gamma * (q - h), ratio)
    return (product(power, c), [power * (pull + slope), product(power, tilt + (a - b))])
  }
}

extension HingeEmbeddingLoss: PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
  }

  func terms(_ x: Bounded, _ y: Bounded, _ numbers: Precision) -> PlainTerms {
    let gap = numbers.rounded(margin) - x
    let hinge = gap.raised(to: Bounded(0, ulp: gap.ulp))
    switch y.value {
    case 1: return (x, [1, 0])
    case -1: return (hinge, [-gap.step(atZero: 1), 0])
    case let label where label.isNaN: return (y, [y, 0])
    default: return (x + hinge, [1 - gap.step(atZero: 1), 0])
    }
  }
}

extension MarginRankingLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(elementsOf: a, ["input1", "input2", "target"], numbers, &faults) { elements in
      let (x1, x2, y) = (elements[0], elements[1], elements[2])
      let gap = -y * (x1 - x2) + numbers.rounded(margin)
      // A gap of ∞ − ∞ has no slope.
      let isUndefined = gap.value.isNaN && elements.allSatisfy { !$0.value.isNaN }
      let slope = isUndefined ? Bounded(0, ulp: gap.ulp) : gap.step(atZero: 1)
      return (gap.raised(to: Bounded(0, ulp: gap.ulp)), [-y * slope, y * slope, (x2 - x1) * slope])
    }
  }
}
