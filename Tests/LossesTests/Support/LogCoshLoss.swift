import Losses
import RealMath

/// The example in the documentation of `StagedElementwiseLoss`: log cosh(x − t)
struct LogCoshLoss: StagedElementwiseLoss {
  var reduction = Reduction.mean

  typealias Stage = LogisticStage

  @inline(__always)
  func argument<S: RealScalar>(_ x: S, target t: S) -> S { 2 * (x - t) }

  // With e = e^(−2|d|): log cosh d = |d| + log(1 + e) − log 2, and its derivative is tanh d.
  @inline(__always)
  func terms<S: RealScalar>(_ x: S, target t: S, _ stage: (S, S)) -> ElementwiseTerms<S> {
    let (e, logarithm) = stage
    let d = x - t
    let tanh = select(d < 0, e - 1, 1 - e) / (1 + e)
    return ElementwiseTerms(
      value: d.magnitude + (logarithm - S(0.6931471805599453)), inputDerivative: tanh, targetDerivative: -tanh
    )
  }
}
