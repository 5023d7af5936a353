public import LossEngine
public import Tensors

/// A loss of the overlap of regions: its hyperparameters, and the formula that they make.
@usableFromInline
protocol RegionOverlap {
  associatedtype Formula: RegionFormula

  var mode: RegionMode { get }
  var smoothing: Double { get }
  var fromLogits: Bool { get }
  var perSample: Bool { get }
  var ignoreIndex: Int? { get }
  var reduction: Reduction { get }

  /// Returns the loss as a function of how regions overlap.
  func formula() throws(LossError) -> Formula
}

extension RegionFormula {
  /// Returns E / D for an error E and D = E + overlap: 1 where the error alone is infinite.
  // 1 less the overlap's part would lose the digits of a small error.
  func errorShare(_ error: Double, overlap: Double) -> Double {
    let denominator = overlap + error
    return denominator.isFinite ? error / denominator : 1 - overlap / denominator
  }
}

extension RegionOverlap {
  /// Returns the loss at arguments that it checks.
  @inlinable
  func evaluation<S: LossScalar>(
    _ input: Tensor<S>, _ target: RegionTarget<S>, _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> RegionEvaluation<Formula, S> {
    try Check.hyperparameter("smoothing", smoothing, .finiteNonNegative)
    return RegionEvaluation(
      try formula(),
      try RegionArguments(
        input, target: target,
        options: RegionOptions(
          mode: mode, fromLogits: fromLogits, isPerSample: perSample, ignoreIndex: ignoreIndex),
        isJoint: Formula.isJoint, sampleWeight: sampleWeight, mask: mask, reduction: reduction))
  }
}
