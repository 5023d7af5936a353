package import Losses
package import RealMath

/// A loss of a user's own with a stage: |d| + 2·log(1 + e^−|d|), minus the logarithm of a logistic distribution's density
/// at the error d = x − t
package struct LogisticErrorLoss: ElementwiseLoss {
  package typealias Stage = LogisticStage

  package var reduction = Reduction.mean

  package init(reduction: Reduction = .mean) { self.reduction = reduction }

  @inline(__always)
  package func argument<S: RealScalar>(_ x: S, target t: S) -> S { x - t }

  // With e = e^−|d|, the derivative is sign d · (1 − e) / (1 + e).
  @inline(__always)
  package func terms<S: RealScalar>(
    _ x: S, target t: S, _ stage: StageValues<LogisticStage, S>
  ) -> ElementwiseTerms<S> {
    let (d, e) = (x - t, stage.exponential)
    let slope = select(d < 0, e - 1, 1 - e) / (1 + e)
    return ElementwiseTerms(
      value: d.magnitude + 2 * stage.log1p, inputDerivative: slope, targetDerivative: -slope)
  }
}

extension LogisticErrorLoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  /// |d| + 2·log(1 + e^−|d|), whose derivative is sign d · (1 − e) / (1 + e).
  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let d = x - t
    let e = (-d.magnitude).exponential
    let slope = d.sign * ((1 - e) / (1 + e))
    return (d.magnitude + 2 * e.logarithmOfOnePlus, [slope, -slope])
  }
}

extension RegisteredLoss {
  static let logisticError = RegisteredLoss(
    nil, isPublic: false, default: LogisticErrorLoss(), spelledOut: LogisticErrorLoss(reduction: .mean),
    others: [LogisticErrorLoss(reduction: .none)],
    samples: { [LossUnderTest("a staged loss of one's own", LogisticErrorLoss(), .positive)] },
    generators: [.elements("a staged loss of one's own", -50..<50, -50..<50) { _ in LogisticErrorLoss() }])
}
