// Goals, in order of priority: those of Exponential.swift.
//
// ```
// x = 2ᵏ · (1 + f),   √½ ≤ 1 + f < √2,   s = f / (2 + f)
// log x = k · ln 2 + 2 artanh s = k · ln 2 + f - (f²/2 - s · (f²/2 + (2 artanh s / s - 2)))
// ```
//
// f is exact, and the polynomial gives only what log(1 + f) lacks of f - f²/2. k is carried negated: zeros then have
// the sign they should without a thought given to them.
//
// What has no logarithm is not selected at the end, after the long way, but enters through k, which is known early:
// k = -∞ makes log 0, k = +∞ makes log ∞, and NaN makes NaN.
//
// J.-M. Muller, Elementary Functions, 3rd edition, https://doi.org/10.1007/978-1-4899-7983-4

/// The natural logarithm.
///
/// ```
/// log x
/// ```
///
/// Worst error: 0.96 ulp in `Float` (over all arguments), 0.95 ulp in `Double` (over millions), subnormal arguments
/// included.
///
/// - ±0 gives -∞, +∞ gives +∞, 1 gives +0, negative numbers and NaN give NaN.
///
/// ```swift
/// log(10 as Float)  // 2.3025851
/// ```
@export(implementation) @inline(__always)
public func log<S: RealScalar>(_ x: S) -> S {
  LogarithmSteps(x).value
}

/// The natural logarithm of one more, accurate near zero.
///
/// ```
/// log(1 + x)
/// ```
///
/// Worst error: 1.02 ulp in `Float` (over all arguments), 0.95 ulp in `Double` (over millions).
///
/// - -1 gives -∞, +∞ gives +∞, ±0 gives ±0, numbers below -1 and NaN give NaN.
///
/// ```swift
/// log1p(1e-5 as Float)  // 9.99995e-06
/// ```
@export(implementation) @inline(__always)
public func log1p<S: RealScalar>(_ x: S) -> S {
  let u = 1 + x
  // What u lost to rounding, by Knuth's TwoSum; the signs and the order keep the sign of a zero.
  let v = u - 1
  let error = (x - v) - ((u - v) - 1)
  let (fraction, negatedExponent) = S.Traits.split(u)
  let correction = _exponentOfException(u)
  // 2⁻ᵏ, in two factors, as the largest u has none among the normal numbers.
  let scale = S.Traits.power((S.Traits.shift + S.Traits.bias + 1) + negatedExponent) * 0.5
  let scaledError = select(correction == 0, error * scale, 0)
  let rest = 1 - fraction
  let f = scaledError - rest
  return _logarithm(onePlus: f, scaledError - (f + rest), negatedExponent + correction)
}

/// log(1 + f + low) - negatedExponent · ln 2, where low is below an ulp of f.
@export(implementation) @inline(__always)
internal func _logarithm<S: RealScalar>(onePlus f: S, _ low: S, _ negatedExponent: S) -> S {
  _logarithm(onePlus: f, quotient: f / (2 + f), low, negatedExponent)
}

/// The same, with f / (2 + f) from the caller.
@export(implementation) @inline(__always)
internal func _logarithm<S: RealScalar>(
  onePlus f: S, quotient s: S, _ low: S, _ negatedExponent: S
) -> S {
  let halfSquare = 0.5 * f * f
  let small = s * (halfSquare + S.Traits.artanhTail(s)) - (negatedExponent * S.Traits.ln2Low - low)
  return (f - (halfSquare - small)) - negatedExponent * S.Traits.ln2High
}

/// What, added to the negated exponent of u, makes it that of log u where log u is infinite or does not exist; else 0.
@export(implementation) @inline(__always)
internal func _exponentOfException<S: RealScalar>(_ u: S) -> S {
  select(u <= 0, select(u < 0, S.nan, S.infinity), 0) - select(u < S.infinity, 0, u)
}
