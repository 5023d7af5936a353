// Goals, in order of priority: those of Exponential.swift.
//
// Both functions are Stirling's formula and a rest that falls with x, where x is at least 10:
//
// ```
// log Γ(x) = (x - ½) · log x - x + ½ · log 2π + S(x),   S(x) = 1/12x - 1/360x³ + …
// digamma x = log x - 1/2x + S′(x),   S′(x) = -1/12x² + 1/120x⁴ - …
// ```
//
// A smaller x is raised by 10. With y = x · (x + 9), its factors make pairs, and the sum of their reciprocals too:
//
// ```
// Γ(x + 10) / Γ(x) = x · (x + 1) ⋯ (x + 9) = y · (y + 8) · (y + 14) · (y + 18) · (y + 20)
// ```
//
// Both types compute in Double: for Float the result is then almost always the nearest one.
//
// NIST Digital Library of Mathematical Functions, §5.11, https://dlmf.nist.gov/5.11

/// The logarithm of the gamma function, for numbers that are not negative.
///
/// ```
/// log Γ(x)
/// ```
///
/// Worst error: 0.51 ulp in `Float`, 2.5 ulp in `Double`, or 3·10⁻¹⁴ in either type, whichever is more.
///
/// - ±0 and +∞ give +∞, negative numbers and NaN give NaN.
///
/// ```swift
/// logGamma(5 as Float)  // 3.1780539, which is log 24
/// ```
@export(implementation) @inline(__always)
public func logGamma<S: RealScalar>(_ x: S) -> S {
  let x = Double(x)
  let raised = _RaisedArgument(x)
  // Two terms of (z - ½) · log z - z are infinite where z is.
  let z = raised.value
  let stirling =
    (z - 0.5) * (log(z) - 1) + (0.5 * Double.Traits.logTwoPi - 0.5 + _stirlingRest(raised.reciprocal))
  let result = stirling - select(raised.isRaised, log(x * raised.otherFactors), 0)
  return S(select(x == 0, .infinity, select(x < 0, .nan, result)))
}

/// The logarithmic derivative of the gamma function, for positive numbers.
///
/// ```
/// digamma x = Γ′(x) / Γ(x)
/// ```
///
/// Worst error: 0.51 ulp in `Float`, 3 ulp in `Double`, or 5·10⁻¹⁵ in either type, whichever is more.
///
/// - ±0 gives -∞, +∞ gives +∞, negative numbers and NaN give NaN.
///
/// ```swift
/// digamma(1 as Float)  // -0.5772157, which is -γ
/// ```
@export(implementation) @inline(__always)
public func digamma<S: RealScalar>(_ x: S) -> S {
  let x = Double(x)
  let raised = _RaisedArgument(x)
  let (z, r) = (raised.value, raised.reciprocal)
  let asymptotic = log(z) - (0.5 * r - r * r * _stirlingSlope(r))
  let result = asymptotic - select(raised.isRaised, raised.reciprocalSum, 0)
  return S(select(x == 0, -.infinity, select(x < 0, .nan, result)))
}

/// What log(1 + x) lacks of x, without cancellation near zero.
///
/// ```
/// x - log(1 + x)
/// ```
///
/// Worst error: 8 ulp in `Float` and in `Double`.
///
/// - -1 and +∞ give +∞; -∞ and all numbers below -1 give NaN; ±0 gives 0, NaN gives NaN.
///
/// ```swift
/// minusLog1p(1e-3 as Float)  // 4.9966695e-07
/// ```
@export(implementation) @inline(__always)
public func minusLog1p<S: RealScalar>(_ x: S) -> S {
  // As in log(1 + x), where the first term cancels if the exponent of 1 + x is 0.
  let s = x / (2 + x)
  let halfSquare = 0.5 * x * x
  let near = halfSquare - s * (halfSquare + S.Traits.artanhTail(s))
  let isNear = x > -0.29 && x < 0.41
  return select(isNear, near, select(x == .infinity, x, x - log1p(x)))
}

/// S(x) of Stirling's formula, from 1 / x, for an x that is not negative; 0 for an infinite one.
///
/// ```
/// S(x) = log Γ(x) - ((x - ½) · log x - x + ½ · log 2π)
/// ```
///
/// Worst error: 2·10⁻¹⁴. Where 1 / x ≤ 1/10, it is 2 ulp.
@export(implementation) @inline(__always)
package func stirlingRest(ofReciprocal r: Double) -> Double {
  let x = 1 / r
  let raised = _RaisedArgument(x, reciprocal: r)
  let difference =
    (x + 9.5) * log(raised.value) - 10 - log(raised.otherFactors) - (x + 0.5) * log(x)
  return _stirlingRest(raised.reciprocal) + select(raised.isRaised, difference, 0)
}

/// x² · S′(x), for the S of Stirling's formula, from 1 / x; its limit -1/12 for an infinite x.
///
/// Worst error: 3·10⁻¹⁴. Where 1 / x ≤ 1/10, it is 2 ulp.
@export(implementation) @inline(__always)
package func stirlingSlope(ofReciprocal r: Double) -> Double {
  // Of the largest numbers, the reciprocal of the reciprocal would be infinite.
  let x = 1 / select(r < 0x1.ffffffffffff0p1023, r, 0x1.ffffffffffff0p1023)
  let raised = _RaisedArgument(x, reciprocal: r)
  let slope = _stirlingSlope(raised.reciprocal)
  let q = raised.reciprocal * raised.reciprocal
  let logRatio = log1p(select(r < 0x1p1020, 10 * r, Double.greatestFiniteMagnitude))
  let raisedSlope = q * slope + logRatio + 0.5 * (r - raised.reciprocal) - raised.reciprocalSum
  return select(raised.isRaised, x * (x * raisedSlope), slope)
}

/// An argument of Stirling's formula, which is at least 10.
@frozen @usableFromInline
internal struct _RaisedArgument {
  @usableFromInline let isRaised: Bool
  @usableFromInline let value: Double
  @usableFromInline let reciprocal: Double
  @usableFromInline let x: Double
  /// x · (x + 9)
  @usableFromInline let y: Double

  @export(implementation) @inline(__always)
  init(_ x: Double) { self.init(x, reciprocal: 1 / x) }

  @export(implementation) @inline(__always)
  init(_ x: Double, reciprocal: Double) {
    isRaised = x < 10
    value = select(isRaised, x + 10, x)
    self.reciprocal = select(isRaised, 1 / (x + 10), reciprocal)
    self.x = x
    y = x * (x + 9)
  }

  /// (x + 1) ⋯ (x + 9)
  @export(implementation) @inline(__always)
  var otherFactors: Double { (x + 9) * ((y + 8) * (y + 14)) * ((y + 18) * (y + 20)) }

  /// 1 / x + 1 / (x + 1) + … + 1 / (x + 9): a fraction for the pairs but the first, with one division for all.
  @export(implementation) @inline(__always)
  var reciprocalSum: Double {
    let (a, b, c, d) = (y + 8, y + 14, y + 18, y + 20)
    let pairs = ((a + b) * (c * d) + (c + d) * (a * b)) / ((a * b) * (c * d))
    return 1 / x + (1 / (x + 9) + (2 * x + 9) * pairs)
  }
}

/// S(x) from r = 1 / x ≤ 1/10. The series is asymptotic; what is left out is below 2⁻⁵² of it.
@export(implementation) @inline(__always)
internal func _stirlingRest(_ r: Double) -> Double {
  let q = r * r
  let q2 = q * q
  let low = (1.0 / 12 - q * (1.0 / 360)) + q2 * (1.0 / 1260 - q * (1.0 / 1680))
  let high = (1.0 / 1188 - q * (691.0 / 360360)) + q2 * (1.0 / 156 - q * (3617.0 / 122400))
  return r * (low + (q2 * q2) * high)
}

/// x² · S′(x) from r = 1 / x ≤ 1/10.
@export(implementation) @inline(__always)
internal func _stirlingSlope(_ r: Double) -> Double {
  let q = r * r
  let q2 = q * q
  let low = (q * (1.0 / 120) - 1.0 / 12) + q2 * (q * (1.0 / 240) - 1.0 / 252)
  let high = (q * (691.0 / 32760) - 1.0 / 132) + q2 * (q * (3617.0 / 8160) - 1.0 / 12)
  return low + (q2 * q2) * high
}
