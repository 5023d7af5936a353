import Losses
import RealMath

/// The example in the documentation of `ElementwiseLoss`: (log(1 + x) − log(1 + t))²
struct SquaredLogLoss: ElementwiseLoss {
  var reduction = Reduction.mean

  func terms<S: RealScalar>(_ x: S, target t: S) -> ElementwiseTerms<S> {
    let difference = log1p(x) - log1p(t)
    return ElementwiseTerms(
      value: difference * difference,
      inputDerivative: 2 * difference / (1 + x),
      targetDerivative: -2 * difference / (1 + t))
  }
}
