import Losses
import Testing

/// A loss or an activation with arguments, and what comes of them by the formula as one writes it down.
struct Subject: Sendable {
  var name: String
  var form: any Form
  var arguments: Arguments<Double>
  /// The values before any reduction.
  var expected: Tensor<Double>
  /// What `mean` divides by; `nil` for an activation, which has no reduction.
  var meanDenominator: Double?
  /// What `batchMean` divides by.
  var batch = 1.0

  /// All subjects, small.
  static let all = losses + activations + measures

  static let losses = elementwise + classes + distributions + margins + vectors + sequences
}

extension Subject: CustomTestStringConvertible {
  var testDescription: String { name }
}

extension Subject {
  /// The reductions there are, each with what it divides by.
  var reductions: [(reduction: Reduction, denominator: Double)] {
    guard let meanDenominator else { return [(.none, 1)] }
    return [
      (.none, 1), (.sum, 1), (.mean, meanDenominator), (.batchMean, batch), (.sumDivided(by: 7.5), 7.5),
    ]
  }

  /// An upstream that is neither one nor constant.
  func upstream(_ reduction: Reduction) -> Tensor<Double> {
    reduction == .none ? .random(in: -2..<2, expected.shape, seed: 99) : Tensor(-1.75)
  }

  func value(_ reduction: Reduction) throws -> Tensor<Double> { try form.value(arguments, reduction) }

  /// All gradients with that upstream: by input, and by target where there is one.
  func gradients(_ reduction: Reduction) throws -> [Tensor<Double>] {
    try form.allGradients(arguments, reduction, upstream: upstream(reduction))
  }
}

extension Form {
  /// The gradient by the input, and by the target where there is one.
  func allGradients<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> [Tensor<S>] {
    if let (input, target) = try gradients(arguments, reduction, upstream: upstream) {
      return [input, target]
    }
    return [try backward(arguments, reduction, upstream: upstream)]
  }
}
