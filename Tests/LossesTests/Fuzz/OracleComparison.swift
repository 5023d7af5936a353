import LossRegistry
import Losses

// What the plain implementation says of a call, and of its results.
extension CallTrial {
  /// Demands that the plain implementation finds that fault too.
  func demandFault(_ error: LossError) throws(Finding) {
    let (faults, _) = plain()
    try demand(faults.contain(error), "the call is rejected: \(error). Faults: \(faults.errors)")
  }

  /// Demands that the plain implementation finds no fault, and that results differ from its own by rounding alone.
  ///
  /// - Parameter value: The value, if it is to be compared.
  func compareWithPlain(value: Tensor<S>?, _ gradients: Gradients, _ upstream: Tensor<S>?) throws(Finding) {
    let (faults, call) = plain()
    guard faults.isEmpty, let call else {
      throw Finding(description: "the call is not rejected. Faults: \(faults.errors)")
    }
    if let value { try compare(value, call.value(reduction), call.shape(reduction), "the value") }
    let upstream = upstream.map { Tensor<Double>($0) }
    let expected = call.gradients(reduction, upstream: upstream, Precision(of: S.self))
    try demand(gradients.labels == expected.labels, "gradients with respect to \(gradients.labels)")
    for (label, gradient) in gradients {
      try compare(gradient, expected[label]!, arguments[label].shape, "the gradient with respect to \(label)")
    }
  }

  private func plain() -> (Faults, PlainCall?) {
    var faults = Faults()
    // A conversion copies what is broadcast.
    let exact = arguments as? Arguments<Double> ?? Arguments<Double>(arguments)
    let call = loss.plainOfSamples(exact, Precision(of: S.self), &faults)
    // Last, since some losses look at their data only where there is no other fault yet.
    if loss.hasReduction { faults.reduction(reduction) }
    return (faults, call)
  }

  private func compare(
    _ tensor: Tensor<S>, _ expected: [Bounded], _ shape: Shape, _ what: String
  ) throws(Finding) {
    try demand(tensor.shape == shape, "\(what) has shape \(tensor.shape) instead of \(shape)")
    for (position, (element, number)) in zip(tensor.scalars, expected).enumerated()
    where !number.accepts(element) {
      throw Finding(
        description:
          "\(what) is \(element) instead of \(number.value) ± \(number.error) at element \(position)")
    }
  }
}

extension Bounded {
  /// Whether a result is this number, to rounding.
  ///
  /// The library may order its operations otherwise, which is granted twice the bound; then the result is rounded to its
  /// type. NaN, infinities and the sign of what is 0 by a rule compare exactly.
  func accepts<S: LossScalar>(_ result: S) -> Bool {
    if error == .infinity { return true }
    if value.isNaN { return result.isNaN }
    let number = Double(result)
    if value.isInfinite { return number == value }
    if isZeroByRule { return number == 0 && result.sign == .plus }
    // Below all normal numbers, precision is lost that a factor may have needed.
    let least = 32 * Double(S.Computation.leastNonzeroMagnitude) + Double(S.leastNonzeroMagnitude)
    let rounding = Double(S.ulpOfOne) * (value.magnitude + 2 * error)
    let tolerance = 2 * error + rounding + (error > 0 || value != 0 ? least : 0)
    if number.isInfinite {
      return value.magnitude + tolerance >= Double(S.greatestFiniteMagnitude) && (number < 0) == (value < 0)
    }
    return (number - value).magnitude <= tolerance
  }
}
