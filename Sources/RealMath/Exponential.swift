// Goals, in order of priority:
//
// 1. No branch, no call, no table: a loop around a function vectorises in baseline SSE2.
// 2. No trap for any argument; zeros, infinities and NaN as in IEEE 754, underflow gradual.
// 3. Errors below 1 ulp, or as near to that as another operation or two will bring them.
// 4. Short dependency chains. These loops wait for results rather than for execution units: what counts is
//    operations times latency, hence polynomials in Estrin's form.
//
// The method is that of Cody and Waite:
//
// ```
// x = n · ln 2 + r,   |r| ≤ ln 2 / 2,   eˣ = 2ⁿ · eʳ
// ```
//
// n comes from adding and subtracting a large number. r loses nothing, because ln 2 is split in two parts, of
// which the first times n is exact. A polynomial gives eʳ, and shifts of n give 2ⁿ.
//
// W. J. Cody, W. Waite, Software Manual for the Elementary Functions, Prentice-Hall 1980.
// J.-M. Muller, Elementary Functions, 3rd edition, https://doi.org/10.1007/978-1-4899-7983-4

/// The exponential function.
///
/// ```
/// eˣ
/// ```
///
/// Worst error: 1.01 ulp in `Float` (over all arguments), 1.04 ulp in `Double` (over millions). Results underflow
/// gradually.
///
/// - -∞ gives 0, +∞ and what overflows give +∞, ±0 gives 1, NaN gives NaN.
///
/// ```swift
/// exp(1.5 as Float)  // 4.481689
/// ```
@export(implementation) @inline(__always)
public func exp<S: RealScalar>(_ x: S) -> S {
  let clamped = _clamp(x, S.Traits.exponentialFloor, S.Traits.exponentialCeiling)
  // Odd, as in all the exponentials: the n of a tie is then the same for all of them.
  let shift = S.Traits.shift + (2 * S.Traits.bias + 1)
  let shifted = clamped * S.Traits.inverseLn2 + shift
  // 2ⁿ itself may be out of range where eˣ is not. The first product is exact, so only the second one rounds.
  let (first, second) = S.Traits.powers(shifted)
  return _exponential(ofRemainder: _remainder(clamped, shifted - shift)) * first * second
}

/// The exponential function less one, accurate near zero.
///
/// ```
/// eˣ - 1 = 2ⁿ · ((1 - 2⁻ⁿ) + (eʳ - 1))
/// ```
///
/// Worst error: 1.25 ulp in `Float` (over all arguments), 1.25 ulp in `Double` (over millions).
///
/// - -∞ gives -1, +∞ and what overflows give +∞, ±0 gives ±0, NaN gives NaN.
///
/// ```swift
/// expm1(1e-5 as Float)  // 1.0000051e-05
/// ```
@export(implementation) @inline(__always)
public func expm1<S: RealScalar>(_ x: S) -> S {
  // Far enough below for the result to be -1 in either type.
  let clamped = _clamp(x, -40, S.Traits.exponentialCeiling)
  let shift = S.Traits.shift + S.Traits.bias
  let shifted = clamped * S.Traits.inverseLn2 + shift
  let n = shifted - shift
  let high = clamped - n * S.Traits.ln2High
  let low = n * S.Traits.ln2Low
  // The largest n has no 2⁻ⁿ among the normal numbers, and no 2ⁿ; twice the one and half the other there are.
  let offset = S.Traits.power((shift + 1) - n) * 0.5 - 1
  // |offset| is 0 or greater than |high|: the sum's rounding error is a number, and known. The order and the
  // signs of these terms keep the sign of a zero.
  let sum = high - offset
  let error = high - (sum + offset)
  let scaled = sum - ((low - S.Traits.exponentialTail(high - low, plus: 0)) - error)
  return (scaled + scaled) * S.Traits.power(shifted - 1)
}

/// The exponential function where it is at most one, for sums of such: softmax, log-sum-exp, attention.
///
/// ```
/// eˣ = 2ⁿ · 2ᶠ,   n = round(x / ln 2),   f = x / ln 2 - n,   x ≤ 0
/// ```
///
/// The fastest of the exponentials, because errors count absolutely. Worst absolute error for x ≤ 0: 1.45 ulp
/// of 1 in `Float` (over all arguments), 2.7 ulp of 1 in `Double` (over millions). Relative to the result the error
/// grows with |x|, to 9 ulp in `Float` and 11 in `Double` at -10. Results below √½ of the least normal number are
/// flushed to exactly 0: those of x < -87.69 in `Float`, of x < -708.75 in `Double`.
///
/// - -∞ gives 0, ±0 gives exactly 1, NaN gives NaN. For x > 0 the result is meaningless, though nothing traps.
///
/// ```swift
/// let logits: [Float] = [1, 3, 2]
/// let weights = logits.map { expNonPositive($0 - 3) }  // e⁻², 1, e⁻¹
/// ```
@export(implementation) @inline(__always)
public func expNonPositive<S: RealScalar>(_ x: S) -> S { NonPositiveExponentialSteps(x).value }

/// The exponential function where it is at most one, no more accurate than arguments in `Float` deserve.
///
/// What `expNonPositive(_:)` is in `Double`, for less work. Worst relative error: 2⁻³¹·⁹, where the result is not
/// flushed to 0.
///
/// ```swift
/// let scores: [Float] = [1, 3, 2]
/// let sum = scores.reduce(0) { $0 + coarseExpNonPositive(Double($1) - 3) }  // e⁻² + 1 + e⁻¹
/// ```
@export(implementation) @inline(__always)
public func coarseExpNonPositive(_ x: Double) -> Double {
  let steps = NonPositiveExponentialSteps(x)
  return Double.Traits.coarseExponential2(steps.fraction) * Double.Traits.power(steps.shifted)
}

/// The exponential of minus the magnitude, on which the logistic functions rest.
///
/// ```
/// e⁻ˡˣˡ
/// ```
///
/// Worst error: that of `exp(_:)`, for a little less work. Results underflow gradually.
///
/// - ±∞ gives 0, ±0 gives 1, NaN gives NaN.
///
/// ```swift
/// expNegatedMagnitude(2 as Float)  // 0.13533528
/// ```
@export(implementation) @inline(__always)
public func expNegatedMagnitude<S: RealScalar>(_ x: S) -> S {
  let negated = -x.magnitude
  let clamped = negated < S.Traits.exponentialFloor ? S.Traits.exponentialFloor : negated
  // 2⁶⁴ too much, to have normal numbers until the last product.
  let shift = S.Traits.shift + S.Traits.bias
  let shifted = clamped * S.Traits.inverseLn2 + (shift + 64)
  return _exponential(ofRemainder: _remainder(clamped, shifted - (shift + 64))) * S.Traits.power(shifted)
    * 0x1p-64
}

/// x - n · ln 2.
@export(implementation) @inline(__always)
internal func _remainder<S: RealScalar>(_ x: S, _ n: S) -> S {
  (x - n * S.Traits.ln2High) - n * S.Traits.ln2Low
}

/// eʳ for |r| ≤ ln 2 / 2.
@export(implementation) @inline(__always)
internal func _exponential<S: RealScalar>(ofRemainder r: S) -> S { 1 + S.Traits.exponentialTail(r, plus: r) }

/// x within the bounds; NaN stays what it is. The comparisons are those of the instructions for minima and maxima.
@export(implementation) @inline(__always)
internal func _clamp<S: RealScalar>(_ x: S, _ lower: S, _ upper: S) -> S {
  let raised = x < lower ? lower : x
  return raised > upper ? upper : raised
}
