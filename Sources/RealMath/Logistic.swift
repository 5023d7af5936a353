// Goals, in order of priority: those of Exponential.swift.
//
// All of these have one exponential in common, whose argument is never positive, so nothing overflows:
//
// ```
// e = e⁻ˡˣˡ,   sigmoid x = (x < 0 ? e : 1) / (1 + e),   softplus x = max(x, 0) + log(1 + e)
// ```
//
// log(1 + e) is wanted for 0 ≤ e ≤ 1 only, where a longer polynomial costs less than to reduce the argument.

/// The logistic function.
///
/// ```
/// sigmoid x = 1 / (1 + e⁻ˣ)
/// ```
///
/// Worst error: 2.41 ulp in `Float` (over all arguments), 2.4 ulp in `Double` (over millions). Results underflow
/// gradually.
///
/// - -∞ gives 0, +∞ gives 1, ±0 gives 1/2, NaN gives NaN.
///
/// ```swift
/// sigmoid(2 as Float)  // 0.8807971
/// ```
@export(implementation) @inline(__always)
public func sigmoid<S: RealScalar>(_ x: S) -> S {
  _sigmoid(x, expNegatedMagnitude(x))
}

/// A smooth maximum of x and zero.
///
/// ```
/// softplus x = log(1 + eˣ)
/// ```
///
/// Worst error: 2.07 ulp in `Float` (over all arguments), 1.95 ulp in `Double` (over millions). Results underflow
/// gradually.
///
/// - -∞ gives 0, +∞ gives +∞, NaN gives NaN.
///
/// ```swift
/// softplus(2 as Float)  // 2.126928
/// ```
@export(implementation) @inline(__always)
public func softplus<S: RealScalar>(_ x: S) -> S {
  _softplus(x, expNegatedMagnitude(x))
}

/// The logarithm of the logistic function; exactly -softplus(-x).
///
/// ```
/// logSigmoid x = -log(1 + e⁻ˣ)
/// ```
///
/// Worst error: that of `softplus(_:)`.
///
/// - -∞ gives -∞, +∞ gives -0, NaN gives NaN.
///
/// ```swift
/// logSigmoid(2 as Float)  // -0.126928
/// ```
@export(implementation) @inline(__always)
public func logSigmoid<S: RealScalar>(_ x: S) -> S {
  -softplus(-x)
}

/// The logistic function and its integral: the derivative and the value of many a loss, from one exponential.
///
/// ```
/// sigmoid x = 1 / (1 + e⁻ˣ),   softplus x = log(1 + eˣ)
/// ```
///
/// Worst errors and special values: to the bit those of `sigmoid(_:)` and `softplus(_:)`.
///
/// ```swift
/// // Binary cross entropy with logits, and its derivative.
/// let (s, p) = logistic(x)
/// let value = p - y * x
/// let derivative = s - y
/// ```
@export(implementation) @inline(__always)
public func logistic<S: RealScalar>(_ x: S) -> (sigmoid: S, softplus: S) {
  logistic(x, expNegatedMagnitude: expNegatedMagnitude(x))
}

/// The same as `logistic(_:)`, with e⁻ˡˣˡ from the caller.
///
/// A loop that does everything is limited by the length of its chain of dependent operations. Two loops over a
/// block that stays in cache, the first storing the exponentials and the second going on from them, are faster.
///
/// ```swift
/// for i in 0..<n { e[i] = expNegatedMagnitude(x[i]) }
/// for i in 0..<n { (s[i], p[i]) = logistic(x[i], expNegatedMagnitude: e[i]) }
/// ```
@export(implementation) @inline(__always)
public func logistic<S: RealScalar>(_ x: S, expNegatedMagnitude e: S) -> (sigmoid: S, softplus: S) {
  (_sigmoid(x, e), _softplus(x, e))
}

@export(implementation) @inline(__always)
internal func _sigmoid<S: RealScalar>(_ x: S, _ e: S) -> S {
  select(x < 0, e, 1) / (1 + e)
}

@export(implementation) @inline(__always)
internal func _softplus<S: RealScalar>(_ x: S, _ e: S) -> S {
  // The greater terms meet last: the sum of the others rounds on a finer scale.
  e + (select(x > 0, x, 0) - S.Traits.unitLogarithmTail(e))
}
