import Foundation
package import Losses

extension NegativeBinomialNLLLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .element }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, dispersion: a["dispersion"], target: a.target, weight: a.weight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let (shape, dispersion) = (a.input.shape, a["dispersion"])
    faults.shape(a.target.shape, of: "target", is: shape)
    if a.input.count > 0 { faults.size(shape, of: "target") }
    faults.broadcast(dispersion.shape, of: "dispersion", to: shape)
    for label in ["input", "dispersion", "target"] {
      faults.elements(a[label], of: label, in: 0...Double.infinity, allowingNaN: true)
    }
    guard faults.isEmpty else { return nil }

    var broadcast = a
    broadcast["dispersion"] = dispersion.broadcast(to: shape)
    var call = PlainCall(elementsOf: broadcast, ["input", "target", "dispersion"], numbers, &faults) {
      terms($0[0].value, $0[1].value, $0[2].value, ulp: numbers.ulp)
    }
    guard let gradients = call?.gradients else { return nil }
    call?.gradients = { scales in
      var result = gradients(scales)
      result["dispersion"] = sums(result["dispersion"]!, shape, to: dispersion.shape)
      return result
    }
    return call
  }

  /// The formula of the page, whose addends cancel where the dispersion is small: so it bounds its own error.
  private func terms(_ mean: Double, _ t: Double, _ alpha: Double, ulp: Double) -> PlainTerms {
    func unknown() -> Bounded { Bounded(0, error: .infinity, ulp: ulp) }
    if [mean, t, alpha].contains(where: \.isNaN) {
      return (
        Bounded(.nan, ulp: ulp), [Bounded(.nan, ulp: ulp), Bounded(.nan, ulp: ulp), Bounded(.nan, ulp: ulp)]
      )
    }
    // The limits have tests of their own.
    guard 1e-9..<1e6 ~= mean, 1e-9..<1e6 ~= alpha, t == 0 || 1e-9..<1e6 ~= t else {
      return (unknown(), [unknown(), unknown(), unknown()])
    }
    let n = 1 / alpha
    func sum(_ addends: Double..., times factor: Double = 1) -> Bounded {
      let largest = addends.reduce(1) { max($0, $1.magnitude) }
      let value = addends.reduce(0, +) * factor
      return Bounded(value, error: 64 * .ulpOfOne * largest * factor + 4 * ulp * value.magnitude, ulp: ulp)
    }
    let (logMean, logOdds) = (log1p(alpha * mean), log(alpha * mean))
    return (
      sum(
        -lgamma(t + n), lgamma(n), lgamma(t + 1), -t * logOdds, t * logMean, n * logMean),
      [
        sum(mean, -t, times: 1 / (mean * (1 + alpha * mean))),
        sum(digamma(t + 1), -digamma(t + n), -logOdds, logMean),
        sum(
          n * n * digamma(t + n), -n * n * digamma(n), -n * n * logMean, -t * n,
          (t + n) * mean / (1 + alpha * mean)),
      ]
    )
  }
}

/// The logarithmic derivative of the gamma function: raised to where the asymptotic series is exact.
private func digamma(_ x: Double) -> Double {
  if x < 20 { return digamma(x + 1) - 1 / x }
  let q = 1 / (x * x)
  return log(x) - 1 / (2 * x) - q * (1 / 12 - q * (1 / 120 - q * (1 / 252 - q / 240)))
}

extension RegisteredLoss {
  static let negativeBinomialNLL = RegisteredLoss(
    "negative_binomial_nll_loss", default: NegativeBinomialNLLLoss(),
    spelledOut: NegativeBinomialNLLLoss(reduction: .mean), others: [NegativeBinomialNLLLoss(reduction: .sum)],
    reference: ReferenceCall(
      ["reduction"],
      [
        ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .numbers),
        ReferenceCall.Parameter("dispersion", .numbers),
      ]
    ) { NegativeBinomialNLLLoss(reduction: try $0.reduction()) },
    samples: {
      let shape: Shape = [3, 4]
      return ([[3, 4], [4], [3, 1], []] as [Shape]).map { dispersion in
        LossUnderTest(
          "NegativeBinomialNLL, dispersion of shape \(dispersion)", NegativeBinomialNLLLoss(),
          Arguments([
            "input": .random(in: 0.3..<6, shape, seed: 91), "target": .random(in: 0.2..<9, shape, seed: 92),
            "dispersion": .random(in: 0.2..<3, dispersion, seed: 93),
          ]), shared: dispersion == shape ? [] : ["dispersion"])
      }
    },
    generators: [
      Generator("NegativeBinomialNLL") { decisions in
        let shape = decisions.shape(ranks: 0...4)
        let counts = decisions.tensor(shape, 0..<30)
        let target = decisions.isOne(in: 2) ? counts.map { $0.rounded(.down) } : counts
        let dispersionShape = decisions.isOne(in: 2) ? shape : decisions.broadcastable(to: shape)
        return Generator.Call(
          NegativeBinomialNLLLoss(),
          Arguments([
            "input": decisions.tensor(shape, 0..<40), "target": target,
            "dispersion": decisions.tensor(dispersionShape, 0..<3),
          ]))
      }
    ])
}
