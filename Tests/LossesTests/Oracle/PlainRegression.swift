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

  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
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
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
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

extension LogCoshLoss: PlainElementwiseLoss {
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

extension CharbonnierLoss: PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("epsilon", epsilon, isAllowed: epsilon > 0)
  }

  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    let (d, epsilon) = (x - t, numbers.rounded(epsilon))
    // What is below all normal numbers, or infinite, is not compared.
    if epsilon.value < numbers.leastNormal || epsilon.value.isInfinite {
      return (Bounded(0, error: .infinity), [Bounded(0, error: .infinity), Bounded(0, error: .infinity)])
    }
    let ratio = d / epsilon
    let root = (1 + ratio * ratio).squareRoot
    if d.value.isInfinite { return (d.magnitude, [d.sign, -d.sign]) }
    let value = startsAtZero ? d * (ratio / (1 + root)) : epsilon * root
    return (value, [ratio / root, -(ratio / root)])
  }
}

extension QuantileLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    if quantiles.isEmpty { faults.hyperparameter("quantiles", 0, isAllowed: false) }
    for quantile in quantiles { faults.hyperparameter("quantile", quantile, isAllowed: 0...1 ~= quantile) }
    let shape = a.input.shape
    if quantiles.count == 1, shape == a.target.shape || shape.last != 1 {
      return PlainCall(elementsOf: a, ["input", "target"], numbers, &faults) {
        Self.terms($0[0], $0[1], numbers.rounded(quantiles[0]))
      }
    }
    if shape.last != quantiles.count { faults.unsupported(shape, of: "input") }
    guard !shape.isEmpty else { return nil }
    faults.size(shape, of: "input")
    faults.shape(a.target.shape, of: "target", is: Shape(shape.dropLast()))
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: shape) }
    guard faults.isEmpty else { return nil }
    var broadcast = a
    broadcast.target = a.target.insertingAxis(at: a.target.rank).broadcast(to: shape)
    broadcast["quantiles"] = Tensor(quantiles)
    var call = PlainCall(
      elementsOf: broadcast, ["input", "target"], others: ["quantiles"], numbers, &faults
    ) { Self.terms($0[0], $0[1], $0[2]) }
    guard let gradients = call?.gradients else { return nil }
    call?.gradients = { scales in
      var result = gradients(scales)
      let target = result["target"]!
      let count = quantiles.count
      result["target"] = (0..<a.target.count).map { target[$0 * count..<($0 + 1) * count].sum }
      return result
    }
    return call
  }

  private static func terms(_ x: Bounded, _ t: Bounded, _ q: Bounded) -> PlainTerms {
    let d = t - x
    if d.value.isNaN { return (d, [d, d]) }
    if d.isAmbiguous { return (d, [Bounded(0, error: 1), Bounded(0, error: 1)]) }
    if d.isZero { return (Bounded(0, ulp: d.ulp), [0.5 - q, q - 0.5]) }
    let weight = d.value > 0 ? q : 1 - q
    let slope = d.value > 0 ? -weight : weight
    return (weight.isZero ? Bounded(0, ulp: d.ulp) : weight * d.magnitude, [slope, -slope])
  }
}
