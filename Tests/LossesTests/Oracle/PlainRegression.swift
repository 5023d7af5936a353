import LossRegistry
import Losses

extension L1Loss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    return (d.magnitude, [d.sign, -d.sign])
  }
}

extension MSELoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    return (d * d, [2 * d, -2 * d])
  }
}

extension HuberLoss: PlainElementwiseLoss {
  var plainWeighting: ElementWeighting { .sameShape }

  func recordHyperparameters(_ faults: inout Faults) {
    faults.hyperparameter("delta", delta, isAllowed: delta > 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, delta) = (x - t, numbers.rounded(delta))
    // At the joint, value and derivative of both parts are equal.
    if d.magnitude.value > delta.value {
      let slope = d.sign * delta
      return (delta * (d.magnitude - delta / 2), [slope, -slope])
    }
    return (d * d / 2, [d, -d])
  }
}

extension SmoothL1Loss: PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults) {
    faults.hyperparameter("beta", beta, isAllowed: beta >= 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, beta) = (x - t, numbers.rounded(beta))
    if beta.isZero { return L1Loss().terms(x, t, numbers) }
    // Such a parabola is a line to any precision.
    if beta.value < numbers.leastNormal, d.magnitude.value <= numbers.leastNormal {
      return (Bounded(0, error: numbers.leastNormal), [d.sign, -d.sign].map { _ in Bounded(0, error: 1) })
    }
    if d.magnitude.value >= beta.value { return (d.magnitude - beta / 2, [d.sign, -d.sign]) }
    return (d * d / (2 * beta), [d / beta, -d / beta])
  }
}
