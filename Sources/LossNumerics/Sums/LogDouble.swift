public import RealMath

/// A number that is not negative, by its natural logarithm, which is the unevaluated sum of two `Double`s.
///
/// Logarithms of any size keep what is added to them: that of e^(−10¹⁷) · 2 differs from that of e^(−10¹⁷), as
/// −10¹⁷ + log 2 does from −10¹⁷. It is slower than `WideDouble`, whose exponent is exact up to 2⁵³.
@frozen @usableFromInline
package struct LogDouble: LatticeNumber {
  /// That of zero is −∞.
  @usableFromInline let high: Double
  @usableFromInline let low: Double

  @export(implementation) @inline(__always)
  init(logarithm high: Double, plus low: Double) {
    let sum = high + low
    self.high = sum
    // Beside an infinite number, nothing is left to add.
    self.low = sum.magnitude < .infinity ? low - (sum - high) : 0
  }

  @export(implementation) @inline(__always)
  package static var zero: LogDouble { LogDouble(logarithm: -.infinity, plus: 0) }
  @export(implementation) @inline(__always)
  package static var one: LogDouble { LogDouble(logarithm: 0, plus: 0) }

  @export(implementation) @inline(__always)
  package init<C: RealScalar>(exponential x: Double, of _: C.Type) { self.init(logarithm: x, plus: 0) }

  @export(implementation) @inline(__always)
  package init<C: RealScalar>(exponential x: Double, dividedByExponential logDivisor: Double, of _: C.Type) {
    self = LogDouble(logarithm: x, plus: 0) * LogDouble(logarithm: -logDivisor, plus: 0)
  }

  // With the larger logarithm a and the smaller one b: log(eᵃ + eᵇ) = a + log(1 + e^(b − a)).
  @export(implementation) @inline(__always)
  package static func + (a: LogDouble, b: LogDouble) -> LogDouble {
    // NaN stays, as either.
    if b.isZero || a.high.isNaN { return a }
    if a.isZero || b.high.isNaN { return b }
    let difference = (b.high - a.high) + (b.low - a.low)
    let larger = difference > 0 ? b : a
    return LogDouble(logarithm: larger.high, plus: larger.low + log1p(exp(-difference.magnitude)))
  }

  @export(implementation) @inline(__always)
  package static func * (a: LogDouble, b: LogDouble) -> LogDouble {
    let (sum, error) = twoSum(a.high, b.high)
    return LogDouble(logarithm: sum, plus: sum.magnitude < .infinity ? error + (a.low + b.low) : 0)
  }

  @export(implementation) @inline(__always)
  package func logarithm(dividedByTwoTo n: Double) -> Double { high + (low - n * .ln2) }

  @export(implementation) @inline(__always)
  package var reciprocal: LogDouble { LogDouble(logarithm: -high, plus: -low) }

  @export(implementation) @inline(__always)
  package var value: Double { exp(high) * (1 + low) }

  @export(implementation) @inline(__always)
  package var isZero: Bool { high == -.infinity }

  @export(implementation) @inline(__always)
  package func multiplied(byTwoTo n: Double) -> LogDouble { self * LogDouble(logarithm: n * .ln2, plus: 0) }
}

extension LogDouble: LatticeLanes {
  @usableFromInline package typealias Number = LogDouble
  @usableFromInline package typealias Lanes = LogDouble
}
