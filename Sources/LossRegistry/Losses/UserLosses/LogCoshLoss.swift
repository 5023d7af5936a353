import Foundation
package import Losses
package import RealMath

/// A loss of a user's own with a stage: log cosh(x − t)
package struct LogCoshLoss: ElementwiseLoss {
  package typealias Stage = LogisticStage

  package var reduction = Reduction.mean

  package init(reduction: Reduction = .mean) { self.reduction = reduction }

  @inline(__always)
  package func argument<S: RealScalar>(_ x: S, target t: S) -> S { 2 * (x - t) }

  // With e = e^(−2|d|): log cosh d = |d| + log(1 + e) − log 2, and its derivative is tanh d.
  @inline(__always)
  package func terms<S: RealScalar>(
    _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    let e = stage.exponential
    let d = x - t
    let tanh = select(d < 0, e - 1, 1 - e) / (1 + e)
    return ElementwiseTerms(
      value: d.magnitude + (stage.log1p - S(0.6931471805599453)), inputDerivative: tanh,
      targetDerivative: -tanh)
  }
}

extension LogCoshLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight))
  }
}

extension RegisteredLoss {
  static let logCosh = RegisteredLoss(
    nil, isPublic: false, default: LogCoshLoss(), spelledOut: LogCoshLoss(reduction: .mean),
    others: [LogCoshLoss(reduction: .none)],
    samples: {
      [
        LossUnderTest("a staged loss of one's own", LogCoshLoss(), .positive) { x, t, _ in
          log(cosh(x - t))
        }
      ]
    },
    generators: [.elements("a staged loss of one's own", -50..<50, -50..<50) { _ in LogCoshLoss() }])
}
