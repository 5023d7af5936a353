package import Losses

/// All that is wrong with a call, one error each. The library throws one of them; which one is not promised.
package struct Faults {
  package private(set) var errors: [LossError] = []

  package init() {}

  package var isEmpty: Bool { errors.isEmpty }

  /// Whether the error says what one of the faults says. Requirements are prose, and not compared.
  package func contain(_ error: LossError) -> Bool { errors.contains { Self.fact($0) == Self.fact(error) } }

  private static func fact(_ error: LossError) -> String {
    switch error {
    case .unsupportedShape(let argument, let shape, _): "\(argument) of shape \(shape)"
    case .valueOutOfRange(let argument, let position, let value, _): "\(argument)\(position) is \(value)"
    case .invalidHyperparameter(let name, let value, _): "\(name) is \(value)"
    // Hyperparameters are recorded in `Double`.
    case .invalidInteger(let name, let value, _): "\(name) is \(Double(value))"
    default: error.withoutHint.dumped
    }
  }
}

extension Faults {
  mutating func record(_ error: LossError) { errors.append(error) }

  mutating func hyperparameter(_ name: String, _ value: Double, isAllowed: Bool) {
    if !isAllowed { record(.invalidHyperparameter(name: name, value: value, requirement: "")) }
  }

  package mutating func reduction(_ reduction: Reduction) {
    guard case .sumDivided(let denominator) = reduction else { return }
    hyperparameter("sumDivided(by:)", denominator, isAllowed: denominator > 0)
  }

  /// Returns whether the shape is the expected one.
  @discardableResult
  mutating func shape(_ shape: Shape, of name: String, is expected: Shape) -> Bool {
    if shape == expected { return true }
    record(.shapeMismatch(argument: name, shape: shape, expected: expected))
    return false
  }

  @discardableResult
  mutating func broadcast(_ shape: Shape, of name: String, to target: Shape) -> Bool {
    let suffix = target.suffix(shape.count)
    if shape.count <= target.count, zip(shape, suffix).allSatisfy({ $0 == $1 || $0 == 1 }) { return true }
    record(.notBroadcastable(argument: name, shape: shape, to: target))
    return false
  }

  mutating func unsupported(_ shape: Shape, of name: String) {
    record(.unsupportedShape(argument: name, shape: shape, requirement: ""))
  }

  /// The lengths other than 0 leave room for arithmetic with indices.
  mutating func size(_ shape: Shape, of name: String) {
    var product = 1.0
    for length in shape where length > 0 { product *= Double(length) }
    if product > 0x1p57 { unsupported(shape, of: name) }
  }

  /// The first element outside a range.
  mutating func elements(
    _ tensor: Tensor<Double>, of name: String, in range: ClosedRange<Double>, allowingNaN: Bool = false
  ) {
    for (position, element) in tensor.scalars.enumerated()
    where !range.contains(element) && !(allowingNaN && element.isNaN) {
      return record(
        .valueOutOfRange(
          argument: name, position: tensor.shape.index(ofElement: position), value: element, requirement: ""))
    }
  }

  /// The first label that is neither a class nor ignored.
  mutating func labels(
    _ labels: Tensor<Int>, classes: Int, ignored: Int?, besides isOut: Set<Int> = []
  ) {
    for (position, label) in labels.scalars.enumerated()
    where label != ignored && !(label >= 0 && label < classes) && !isOut.contains(position) {
      return record(
        .labelOutOfRange(
          argument: "target", position: labels.shape.index(ofElement: position), label: "\(label)",
          classCount: classes, ignoreIndex: ignored))
    }
  }
}

extension LossError {
  /// The same error without a hint: the facts, which follow from the call.
  package var withoutHint: LossError {
    guard case .shapeMismatch(let argument, let shape, let expected, _) = self else { return self }
    return .shapeMismatch(argument: argument, shape: shape, expected: expected)
  }

  /// The error in full, which compares as text since NaN is not equal to itself.
  package var dumped: String {
    var text = ""
    dump(self, to: &text)
    return text
  }
}
