import LossRegistry
import Losses

extension PoissonNLLLoss: PlainElementwiseLoss {
  func recordHyperparameters(_ faults: inout Faults, _ numbers: Precision) {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0)
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

extension KLDivLoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _ numbers: Precision) -> PlainTerms {
    if !logTarget {
      let d = t.logarithm - x
      return (t.isZero ? 0 : t * d, [-t, t.isZero ? t.logarithm : d + 1])
    }
    let p = t.exponential
    // What is below all normal numbers may be 0, which wins against an infinity.
    if p.value < numbers.leastNormal, !p.isZero, x.value.isInfinite {
      return (Bounded(0, error: .infinity), [-p, Bounded(0, error: .infinity)])
    }
    let value = p.isZero ? 0 : p * (t - x)
    return (value, [-p, value + p])
  }
}

extension GaussianNLLLoss: PlainLoss {
  func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("eps", eps, isAllowed: eps >= 0)
    let (shape, variance) = (a.input.shape, a["variance"])
    faults.size(shape, of: "input")
    faults.broadcast(a.target.shape, of: "target", to: shape)
    faults.elements(variance, of: "variance", in: 0...Double.infinity, allowingNaN: true)
    // The input's shape, or without its last axis, or with one of its axes of length 1, or a single number.
    var aligned = variance
    if variance.rank + 1 == shape.count, variance.shape == Shape(shape.dropLast()) {
      aligned = variance.insertingAxis(at: variance.rank)
    }
    let differing = zip(aligned.shape, shape).filter { $0 != $1 }
    let fits = aligned.rank == shape.count && differing.count <= 1 && differing.allSatisfy { $0.0 == 1 }
    if variance.rank > 0, !fits {
      faults.record(.notBroadcastable(argument: "variance", shape: variance.shape, to: shape))
    }
    guard faults.isEmpty else { return nil }

    let broadcast = Arguments([
      "input": a.input, "target": a.target.broadcast(to: shape), "variance": aligned.broadcast(to: shape),
    ])
    let eps = numbers.rounded(eps)
    var call = PlainCall(elementsOf: broadcast, ["input", "target", "variance"], numbers, &faults) {
      elements in
      let (d, v) = (elements[0] - elements[1], elements[2].raised(to: eps))
      let log2Pi: Bounded = full ? 1.8378770664093454836 : 0
      return (
        (v.logarithm + d * d / v + log2Pi) / 2,
        [d / v, -d / v, (1 - d * (d / v)) / v / 2]
      )
    }
    guard let gradients = call?.gradients else { return nil }
    // The gradient with respect to what was broadcast is the sum over its copies.
    call?.gradients = { scales in
      var result = gradients(scales)
      result["target"] = sums(result["target"]!, shape, to: a.target.shape)
      result["variance"] = sums(result["variance"]!, shape, to: aligned.shape)
      return result
    }
    return call
  }
}

/// Sums numbers of one shape over the axes along which another shape was broadcast to it.
func sums(_ numbers: [Bounded], _ shape: Shape, to source: Shape) -> [Bounded] {
  if source == shape { return numbers }
  let positions = Tensor(Array(0..<source.elementCount), shape: source).broadcast(to: shape).scalars
  var groups = Array(repeating: [Bounded](), count: source.elementCount)
  for (number, position) in zip(numbers, positions) { groups[position].append(number) }
  return groups.map(\.sum)
}

extension SquaredLogLoss: PlainElementwiseLoss {
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x.logarithmOfOnePlus - t.logarithmOfOnePlus
    return (d * d, [2 * d / (1 + x), -2 * d / (1 + t)])
  }
}

extension LogisticErrorLoss: PlainElementwiseLoss {
  /// |d| + 2·log(1 + e^−|d|), whose derivative is sign d · (1 − e) / (1 + e).
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    let e = (-d.magnitude).exponential
    let slope = d.sign * ((1 - e) / (1 + e))
    return (d.magnitude + 2 * e.logarithmOfOnePlus, [slope, -slope])
  }
}

extension TweedieNLLLoss: PlainElementwiseLoss {
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
