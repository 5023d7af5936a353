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

extension HingeEmbeddingLoss: PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults) {
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
  }

  func terms(_ x: Bounded, _ y: Bounded, _ numbers: Precision) -> PlainTerms {
    let gap = numbers.rounded(margin) - x
    let hinge = gap.raised(to: Bounded(0, ulp: gap.ulp))
    switch y.value {
    case 1: return (x, [1, 0])
    case -1: return (hinge, [-gap.step(atZero: 1), 0])
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
      let slope = gap.step(atZero: 1)
      return (gap.raised(to: Bounded(0, ulp: gap.ulp)), [-y * slope, y * slope, (x2 - x1) * slope])
    }
  }
}
