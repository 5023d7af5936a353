import Foundation

/// A number, with a bound on the error of one who computes it in some precision.
///
/// Formulas written in such numbers state their own tolerance: each operation passes on the errors of its operands and
/// adds its rounding, as in J. H. Wilkinson's running error analysis. The numbers themselves are `Double`.
package struct Bounded {
  package var value: Double
  /// The bound; infinite where the result depends on the order of operations, such as that of an overflow.
  package var error: Double
  /// One unit in the last place of 1 in the precision of the computation; 0 for what holds in any precision.
  package var ulp: Double

  package init(_ value: Double, error: Double = 0, ulp: Double = 0) {
    self.value = value
    self.error = error
    self.ulp = ulp
  }

  /// The result of an operation whose operands have errors that make up `error`.
  ///
  /// - Parameter roundings: How many units in the last place the operation itself may be wrong.
  private init(_ value: Double, error: Double, ulp: Double, roundings: Double) {
    self.init(value, error: error, ulp: ulp)
    let isFloat = ulp > Double.ulpOfOne
    // A step on the way to a number near the end of the range may overflow.
    if value.isFinite, value.magnitude > (isFloat ? 0x1p104 : 0x1p1000), ulp > 0 { self.error = .infinity }
    if !value.isFinite {
      // Made of infinite operands, it is exact.
      self.error = error == .infinity ? .infinity : 0
    } else if self.error < .infinity {
      let tiny = isFloat ? Double(Float.leastNonzeroMagnitude) : .leastNonzeroMagnitude
      self.error += roundings * (ulp * value.magnitude + tiny)
    }
  }

  private static func result(
    _ value: Double, _ a: Bounded, _ b: Bounded, error: Double, isExact: Bool, roundings: Double = 1
  ) -> Bounded {
    let ulp = max(a.ulp, b.ulp)
    let areFinite = a.value.isFinite && b.value.isFinite
    if isExact, a.error == 0, b.error == 0, areFinite, isRepresentable(value, ulp) {
      return Bounded(value, ulp: ulp)
    }
    let areBounded = a.error < .infinity && b.error < .infinity
    let overflows = areFinite && !value.isFinite && !value.isNaN
    // 0·∞ in a bound comes of an operand that is infinite, and exact.
    let bound = !areBounded || overflows ? .infinity : error.isNaN ? 0 : error
    return Bounded(value, error: bound, ulp: ulp, roundings: roundings)
  }

  private static func isRepresentable(_ value: Double, _ ulp: Double) -> Bool {
    ulp <= Double.ulpOfOne || Double(Float(value)) == value
  }

  /// Whether the sign is in doubt.
  var isAmbiguous: Bool { error > 0 && value.magnitude <= 2 * error }

  var isZero: Bool { value == 0 }

  /// The least normal number of the precision.
  private var leastNormal: Double {
    ulp > Double.ulpOfOne ? Double(Float.leastNormalMagnitude) : .leastNormalMagnitude
  }

  /// Whether this is below all normal numbers, but not 0.
  private var isTiny: Bool { value != 0 && value.magnitude < leastNormal }

  /// Whether this is a literal 0, which is +0 whatever it would be multiplied by.
  package var isZeroByRule: Bool { value == 0 && ulp == 0 }
}

extension Bounded: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral {
  package init(floatLiteral value: Double) { self.init(value) }
  package init(integerLiteral value: Int) { self.init(Double(value)) }
}

extension Bounded {
  static func + (a: Bounded, b: Bounded) -> Bounded {
    let sum = a.value + b.value
    return result(
      sum, a, b, error: a.error + b.error, isExact: sum - a.value == b.value && sum - b.value == a.value)
  }

  static func - (a: Bounded, b: Bounded) -> Bounded { a + -b }

  static prefix func - (a: Bounded) -> Bounded { Bounded(-a.value, error: a.error, ulp: a.ulp) }

  static func * (a: Bounded, b: Bounded) -> Bounded {
    let product = a.value * b.value
    // In another order of factors, what is below all normal numbers may be 0 before it meets an infinity.
    if a.isTiny && b.value.isInfinite || a.value.isInfinite && b.isTiny {
      return Bounded(product, error: .infinity, ulp: max(a.ulp, b.ulp))
    }
    return result(
      product, a, b,
      error: a.value.magnitude * b.error + b.value.magnitude * a.error + a.error * b.error,
      isExact: (-product).addingProduct(a.value, b.value) == 0)
  }

  static func / (a: Bounded, b: Bounded) -> Bounded {
    let quotient = a.value / b.value
    let smallest = b.value.magnitude - b.error
    let error =
      a.error == 0 && b.error == 0
      ? 0 : smallest > 0 ? (a.error + quotient.magnitude * b.error) / smallest : .infinity
    return result(
      quotient, a, b, error: error, isExact: a.value == 0 || (-a.value).addingProduct(quotient, b.value) == 0)
  }

  static func += (a: inout Bounded, b: Bounded) { a = a + b }

  /// The product, in which 0 wins against infinity.
  static func product(_ factor: Bounded, _ other: Bounded) -> Bounded {
    factor.isZero || other.isZero ? 0 : factor * other
  }

  /// The larger one. NaN wins, as it does in a clamp that is written `x < least ? least : x`.
  func raised(to least: Bounded) -> Bounded { value < least.value ? least : self }

  /// This slope times the scale of its sample. A slope of 0 may stay 0 where the scale is infinite or NaN.
  func scaled(by scale: Bounded) -> Bounded {
    isZero && !scale.value.isFinite ? Bounded(0, error: .infinity) : scale * self
  }

  var magnitude: Bounded { Bounded(value.magnitude, error: error, ulp: ulp) }

  /// −1, 0 or 1; any of them where the sign is in doubt.
  var sign: Bounded {
    if value.isNaN { return self }
    if isAmbiguous { return Bounded(0, error: 1, ulp: ulp) }
    return Bounded(value > 0 ? 1 : value < 0 ? -1 : 0, ulp: ulp)
  }

  /// 1 where this is at least 0, or above 0, and else 0; either where that is in doubt.
  func step(atZero: Double) -> Bounded {
    if value.isNaN { return self }
    if isAmbiguous { return Bounded(0.5, error: 0.5, ulp: ulp) }
    return Bounded(value > 0 ? 1 : value < 0 ? 0 : atZero, ulp: ulp)
  }
}

// Functions, which the library computes to a few units in the last place.
extension Bounded {
  private func function(_ value: Double, error: Double) -> Bounded {
    let bound = self.error == .infinity ? .infinity : self.error == 0 ? 0 : error
    // Exponentials below all normal numbers may be 0.
    return Bounded(
      value, error: value.magnitude < leastNormal ? max(bound, value.magnitude) : bound, ulp: ulp,
      roundings: 4)
  }

  var exponential: Bounded {
    let value = exp(self.value)
    if value == .infinity, self.value.isFinite { return Bounded(value, error: .infinity, ulp: ulp) }
    return function(value, error: value * expm1(error))
  }

  /// eˣ for x ≤ 0 in sums whose largest term is 1: the relative error may grow with |x|.
  var exponentialOfUnit: Bounded {
    var result = exponential
    if value.isFinite { result.error += 2 * ulp * value.magnitude * result.value }
    return result
  }

  var logarithm: Bounded {
    function(log(value), error: value > error ? -log1p(-error / value) : .infinity)
  }

  /// eˣ − 1
  var exponentialMinusOne: Bounded { function(expm1(value), error: exp(value) * expm1(error)) }

  /// log(1 + x)
  var logarithmOfOnePlus: Bounded {
    function(log1p(value), error: 1 + value > error ? -log1p(-error / (1 + value)) : .infinity)
  }

  /// 1 / (1 + e⁻ˣ)
  var sigmoid: Bounded {
    let e = exp(-value.magnitude)
    return function((value < 0 ? e : 1) / (1 + e), error: error * e / ((1 + e) * (1 + e)) * 2)
  }

  /// log(1 + eˣ)
  var softplus: Bounded {
    let e = exp(-value.magnitude)
    // NaN has no largest.
    let line = value.isNaN ? value : max(value, 0)
    return function(line + log1p(e), error: error * (value < 0 ? min(1, 2 * e) : 1))
  }

  var squareRoot: Bounded {
    let root = value.squareRoot()
    return function(root, error: root > 0 ? error / root : error.squareRoot())
  }

  /// The angle of a vector; 0 for the zero vector.
  static func angle(_ y: Bounded, _ x: Bounded) -> Bounded {
    let square = x.value * x.value + y.value * y.value
    let error = x.value.magnitude * y.error + y.value.magnitude * x.error + 1e-300
    let isExact = x.error == 0 && y.error == 0
    return Bounded(
      atan2(y.value, x.value), error: isExact ? 0 : square > 0 ? 2 * error / square : .infinity,
      ulp: max(x.ulp, y.ulp), roundings: 4)
  }

  /// The power of a number that is not negative.
  func power(_ exponent: Double) -> Bounded {
    let result = pow(value, exponent)
    if result == .infinity, value.isFinite, value > 0 { return Bounded(result, error: .infinity, ulp: ulp) }
    // An exponent of thousands multiplies the error of the logarithm, and that of the number.
    let growth = exponent.magnitude * (value > 0 ? error / value : 0)
    let logarithms = (exponent * log(value)).magnitude * .ulpOfOne
    let bound = result * expm1(growth + (logarithms.isFinite ? logarithms : 0))
    return Bounded(
      result, error: error == .infinity || bound.isNaN ? .infinity : bound, ulp: ulp, roundings: 4)
  }

  /// The power of a number that is not negative: e to the exponent times the logarithm, but 0⁰ is 1.
  func focalPower(_ exponent: Bounded) -> Bounded {
    exponent.isZero ? 1 : (exponent * logarithm).exponential
  }
}

extension Sequence<Bounded> {
  /// The sum of all. It may have been made in any order of up to sixteen numbers at a time, and then in `Double`.
  var sum: Bounded {
    var (total, magnitudes, error, ulp, count) = (0.0, 0.0, 0.0, 0.0, 0.0)
    var areFinite = true
    for number in self {
      total += number.value
      magnitudes += number.value.magnitude
      error += number.error
      ulp = Swift.max(ulp, number.ulp)
      count += 1
      areFinite = areFinite && number.value.isFinite
    }
    if magnitudes == 0, error == 0 { return Bounded(0, ulp: ulp) }
    if !areFinite { return Bounded(total, error: error, ulp: ulp) }
    let rounding = magnitudes * (16 * ulp + count * .ulpOfOne)
    return Bounded(total, error: rounding.isFinite ? error + rounding : .infinity, ulp: ulp)
  }
}
