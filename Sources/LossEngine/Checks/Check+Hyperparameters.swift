public import RealMath

extension Check {
  /// Throws unless a hyperparameter has a value that the loss is defined for.
  @usableFromInline
  package static func hyperparameter(_ name: String, _ value: Double, _ range: HyperparameterRange)
    throws(LossError)
  {
    if range.contains(value) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: range.requirement)
  }

  /// Throws unless a hyperparameter has such a value also when it is rounded to the type that a loss is computed in.
  @usableFromInline
  package static func hyperparameter<C: RealScalar>(
    _ name: String, _ value: Double, _ range: HyperparameterRange, in _: C.Type
  ) throws(LossError) {
    try hyperparameter(name, value, range)
    if range.contains(Double(C(value))) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: "\(range.requirement) in \(C.self)")
  }

  /// Throws unless a hyperparameter that others are divided by is positive, and has a reciprocal in the type that a loss is
  /// computed in.
  package static func divisor<C: RealScalar>(_ name: String, _ value: Double, in _: C.Type) throws(LossError)
  {
    try hyperparameter(name, value, .positive)
    if isDivisor(value, in: C.self) { return }
    throw .invalidHyperparameter(name: name, value: value, requirement: divisorRequirement(in: C.self))
  }

  static func isDivisor<C: RealScalar>(_ value: Double, in _: C.Type) -> Bool { (1 / C(value)).isFinite }

  static func divisorRequirement<C: RealScalar>(in _: C.Type) -> String {
    "positive, with a reciprocal in \(C.self)"
  }
}

/// The values that a hyperparameter may have. None may be NaN.
@usableFromInline
package enum HyperparameterRange {
  /// Any number, ±∞ included.
  case number
  /// Any number but ±∞.
  case finite
  /// At least 0, ∞ included.
  case nonNegative
  /// At least 0, but not ∞.
  case finiteNonNegative
  /// More than 0, ∞ included.
  case positive
  /// More than 0, but not ∞.
  case finitePositive
  /// A probability.
  case unit

  fileprivate var requirement: String {
    switch self {
    case .number: "a number"
    case .finite: "finite"
    case .nonNegative: "at least 0"
    case .finiteNonNegative: "at least 0 and finite"
    case .positive: "positive"
    case .finitePositive: "positive and finite"
    case .unit: "in 0...1"
    }
  }

  fileprivate func contains(_ value: Double) -> Bool {
    switch self {
    case .number: !value.isNaN
    case .finite: value.isFinite
    case .nonNegative: value >= 0
    case .finiteNonNegative: value >= 0 && value.isFinite
    case .positive: value > 0
    case .finitePositive: value > 0 && value.isFinite
    case .unit: 0...1 ~= value
    }
  }
}
