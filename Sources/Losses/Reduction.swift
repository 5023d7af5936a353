internal import Tensors

/// What a loss makes of the values of its elements (or samples, where the loss sums over classes or features).
public enum Reduction: Hashable, Codable, Sendable {
  /// One value for each element.
  case none

  /// The sum.
  case sum

  /// The sum divided by the number of elements, or by the sum of their weights where a loss says so.
  ///
  /// Without elements, and where all labels are ignored, it is 0/0, not a number.
  case mean

  /// The sum divided by the length of the input's axis 0, or by 1 for an input without a batch.
  case batchMean

  /// The sum divided by a number of the caller's, such as that of all tokens in the batches over which
  /// gradients are accumulated or which a sharded step is spread over.
  case sumDivided(by: Double)
}

extension Reduction {
  /// What the sum is divided by, where the denominator of the mean is `mean`.
  func denominator(mean: @autoclosure () -> Double, batch: Int) -> Double {
    switch self {
    case .none, .sum: 1
    case .mean: mean()
    case .batchMean: Double(batch)
    case .sumDivided(let denominator): denominator
    }
  }

  /// What all gradients are multiplied by. Where nothing is reduced it is 1, since each value has an upstream of its
  /// own then.
  @inline(__always)
  func gradientScale<S: LossScalar>(upstream: Tensor<S>?, denominator: Double) -> Double {
    self == .none ? 1 : (upstream.map { Double($0.item) } ?? 1) / denominator
  }

  /// The result from the sum. Where it is not a number, it has no sign, as the division may give it.
  static func result<S: LossScalar>(_ sum: Double, over denominator: Double) -> Tensor<S> {
    let result = sum / denominator
    return Tensor(result.isNaN ? .nan : S(result))
  }
}
