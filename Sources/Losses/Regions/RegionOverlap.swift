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
