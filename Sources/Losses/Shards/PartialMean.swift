public import LossEngine
public import Tensors

/// The mean loss of a part of a batch, as far as other workers need to know it: the sum of the values, and what it is
/// divided by.
///
/// The mean of a batch that is split among workers is not the mean of their means, unless the parts count alike. Merged, in any
/// order and with the same bits in each, partial means are the mean of the whole batch, and tell the upstream with which each
/// worker's gradient is its part of the whole gradient:
///
///     // On one worker.
///     let loss = try MSELoss()([1, 2, 4] as Tensor<Float>, target: [0, 3, 2])
///     let mine = try loss.partialMean()
///     // On another one.
///     let other = try MSELoss()([3] as Tensor<Float>, target: [4]).partialMean()
///     // On both.
///     var whole = mine
///     whole.merge(other)
///     print(whole.value)  // 1.75
///     let gradient = try loss.backward(upstream: whole.upstream(of: mine))
///     print(gradient)  // [ 0.5, -0.5,  1.0]
///
/// It serves every loss whose values belong to one element or sample each. Losses that compare the samples of a batch, such
/// as ``InfoNCELoss``, or that sum over the batch before they divide, such as ``DiceLoss``, are not a mean of those of
/// its parts.
///
/// **Edge cases**
/// - A part in which nothing counts, whose mean is NaN, adds nothing.
/// - With the reduction `.sum`, the loss is ``sum``; with `.sumDivided(by: n)`, it is ``sum`` / n. Each worker's
///   gradient is right already, without an upstream.
public struct PartialMean: Hashable, Codable, Sendable {
  private var exactSum = ExactSum()
  private var exactDenominator = ExactSum()

  /// Creates the mean of a part from a loss that was computed.
  ///
  /// - Parameters:
  ///   - value: The loss, a single number.
  ///   - denominator: What it was divided by: the evaluation's `denominator`.
  /// - Throws: `LossError` where the value is not a single number.
  public init(_ value: Tensor<some LossScalar>, denominator: Double) throws(LossError) {
    try Check.shape(
      value.shape, named: "value", is: [],
      hint: "did you mean a reduction? Without one there are as many values as elements or samples")
    // Where nothing counts, the mean is NaN.
    exactSum.add(denominator == 0 ? 0 : Double(value.item) * denominator)
    exactDenominator.add(denominator)
  }

  /// The sum of the values.
  public var sum: Double { exactSum.value }

  /// What the mean divides the sum by.
  public var denominator: Double { exactDenominator.value }

  /// The mean: NaN where nothing counts.
  public var value: Double { denominator == 0 ? .nan : sum / denominator }

  /// Adds the mean of another part.
  ///
  /// - Parameter other: What another worker, or several, found.
  public mutating func merge(_ other: PartialMean) {
    exactSum.add(other.exactSum)
    exactDenominator.add(other.exactDenominator)
  }

  /// Returns the gradient of this mean with respect to that of one of its parts: the upstream of the part's loss.
  ///
  /// A type of 16 bits rounds it. If that matters, compute the loss with `.sumDivided(by: whole.denominator)` instead, and no
  /// upstream.
  ///
  /// - Parameter part: The mean of the part, as it was merged.
  public func upstream<Scalar: LossScalar>(of part: PartialMean) -> Tensor<Scalar> {
    Tensor(Scalar(part.denominator / denominator))
  }
}

extension Evaluation {
  /// Returns the loss as the mean of a part of a batch, to be merged with those of other parts.
  ///
  /// - Throws: `LossError` where the loss is not reduced to a number.
  public func partialMean() throws(LossError) -> PartialMean {
    try PartialMean(value(), denominator: denominator)
  }
}
