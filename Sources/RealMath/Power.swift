// Goals, in order of priority: those of Exponential.swift.
//
// xʸ = e^(y · log x). The error of the logarithm is multiplied by as much as 745, so it is computed with some 67 bits, in
// a sum of two numbers:
//
// ```
// x = 2ᵏ · m,   √¾ ≤ m < √3,   c = 1 or 3/2, the nearer one to m,   s = (m - c) / (m + c)
// log x = k · ln 2 + log c + 2 artanh s,   2 artanh s = ⅔ · s · (3 + s² + s⁴ · q(s²))
// ```
//
// The first number of each sum has so few bits that its products with others of this kind are exact: no instruction that
// rounds once for a product and a sum is needed, and the bits are the same on all processors. The method is that of
// e_pow.c in Sun's fdlibm, with other constants and without branches.
//
// Both types compute in Double: for Float the result is then almost always the nearest one.

/// The power of a number.
///
/// ```
/// xʸ
/// ```
///
/// Worst error: 0.51 ulp in `Float`, 0.85 ulp in `Double` (over millions). Results underflow gradually.
///
/// - x⁰ and 1ʸ give 1, even if the other number is NaN; otherwise NaN gives NaN.
/// - A negative x has a power where y is an integer, which is negative where y is odd; otherwise NaN.
/// - ±0 gives 0 for y > 0 and ∞ for y < 0, ±∞ the reverse, with the sign of x where y is an odd integer.
/// - y = ∞ gives ∞ for |x| > 1, 0 for |x| < 1 and 1 for -1; y = -∞ the reverse.
///
/// ```swift
/// pow(2 as Float, 0.5)  // 1.4142135
/// ```
@export(implementation) @inline(__always)
public func pow<S: RealScalar>(_ x: S, _ y: S) -> S { S(_power(Double(x), Double(y))) }

@export(implementation) @inline(__always)
internal func _power(_ x: Double, _ y: Double) -> Double {
  let magnitude = x.magnitude
  // Powers of these are 0, 1 or infinite for larger exponents, too.
  let exponent = _clamp(y, -0x1p64, 0x1p64)
  let finite = _exponential(ofProduct: exponent, _wideLogarithm(magnitude))
  let ofZero = select(y > 0, 0, Double.infinity)
  let ofInfinity = select(y > 0, Double.infinity, 0)
  let ofMagnitude = select(magnitude == 0, ofZero, select(magnitude == .infinity, ofInfinity, finite))
  let isInteger = _isInteger(y)
  let isOdd = isInteger && !_isInteger(y * 0.5)
  let signed = select(x.sign == .minus && isOdd, -ofMagnitude, ofMagnitude)
  let isDefined = x == x && y == y && (x >= 0 || isInteger || magnitude == .infinity)
  let result = select(isDefined, signed, .nan)
  return select(x == 1 || y == 0, 1, result)
}

/// Whether x is an integer, as all numbers from 2⁵² on are.
@export(implementation) @inline(__always)
internal func _isInteger(_ x: Double) -> Bool {
  let magnitude = x.magnitude
  return magnitude >= 0x1p52 || (magnitude + 0x1p52) - 0x1p52 == magnitude
}

/// log x for a positive, finite x, as the sum of a number of few bits and one that is small beside it. For others the
/// result is meaningless, though nothing traps.
@export(implementation) @inline(__always)
internal func _wideLogarithm(_ x: Double) -> (high: Double, low: Double) {
  let isSubnormal = x < Double.leastNormalMagnitude
  let one: UInt64 = 0x3FF0_0000_0000_0000
  let sqrtThreeQuarters: UInt64 = 0x3FEB_B67A_E858_4CAA
  // As in `split(_:)` of the traits, with other bounds.
  let shifted = (x * select(isSubnormal, 0x1p64, 1)).bitPattern &+ (one &- sqrtThreeQuarters)
  let m = Double(bitPattern: (shifted & 0x000F_FFFF_FFFF_FFFF) &+ sqrtThreeQuarters)
  let biased = Double(bitPattern: (shifted &>> 52) | 0x4330_0000_0000_0000)
  let k = biased - (0x1p52 + 1023) - select(isSubnormal, 64, 0)

  let isNearThreeHalves = m > 1.224744871391589
  let c = select(isNearThreeHalves, 1.5, 1)
  let numerator = m - c
  let denominator = m + c
  let denominatorHigh = _leadingBits(denominator)
  let denominatorLow = m - (denominatorHigh - c)
  let reciprocal = 1 / denominator
  let s = numerator * reciprocal
  let sHigh = _leadingBits(s)
  let sLow = ((numerator - sHigh * denominatorHigh) - sHigh * denominatorLow) * reciprocal

  // 3 + s² + s⁴ · q(s²)
  let square = sHigh * sHigh
  let rest = _powerTail(s * s) + sLow * (sHigh + s)
  let factorHigh = _leadingBits(3 + square + rest)
  let factorLow = rest - ((factorHigh - 3) - square)
  // Its product with s, and ⅔ of that.
  let product = sHigh * factorHigh
  let productRest = sLow * factorHigh + factorLow * s
  let productHigh = _leadingBits(product + productRest)
  let productLow = productRest - (productHigh - product)
  let artanhHigh = 0x1.555555p-1 * productHigh
  let artanhLow = 0x1.5555555555555p-27 * productHigh + 0x1.5555555555555p-1 * productLow

  let centerHigh = select(isNearThreeHalves, 0x1.9f323e8p-2, 0)
  let centerLow = select(isNearThreeHalves, 0x1.2fe612fcada36p-28, 0)
  let scaleHigh = k * Double.Traits.ln2High
  let low = artanhLow + centerLow + k * Double.Traits.ln2Low
  let high = _leadingBits(((artanhHigh + low) + centerHigh) + scaleHigh)
  return (high, low - (((high - scaleHigh) - centerHigh) - artanhHigh))
}

/// z² · q(z), q of degree 5, for the z = s² ≤ 0.0102 of a wide logarithm. Its error makes one of 2⁻⁶⁸ relative to that.
@export(implementation) @inline(__always)
internal func _powerTail(_ z: Double) -> Double {
  let c0 = 0x1.3333333333332p-1
  let c1 = 0x1.b6db6db6de88cp-2
  let c2 = 0x1.5555554779bffp-2
  let c3 = 0x1.1745e80db423dp-2
  let c4 = 0x1.d87c4350d30a2p-3
  let c5 = 0x1.a4dba81401c32p-3
  let z2 = z * z
  return z2 * (((c0 + c1 * z) + z2 * (c2 + c3 * z)) + (z2 * z2) * (c4 + c5 * z))
}

/// e^(y · x) for |y| ≤ 2⁶⁴ and an x that is the sum of two numbers.
@export(implementation) @inline(__always)
internal func _exponential(ofProduct y: Double, _ x: (high: Double, low: Double)) -> Double {
  let yHigh = _leadingBits(y)
  let exactHigh = yHigh * x.high
  let exactLow = (y - yHigh) * x.high + y * x.low
  let exponent = exactHigh + exactLow
  let clamped = _clamp(exponent, Double.Traits.exponentialFloor, Double.Traits.exponentialCeiling)
  let high = select(clamped == exponent, exactHigh, clamped)
  let low = select(clamped == exponent, exactLow, 0)

  let shift = Double.Traits.shift + (2 * Double.Traits.bias + 1)
  let shifted = clamped * Double.Traits.inverseLn2 + shift
  let n = shifted - shift
  let remainderHigh = high - n * Double.Traits.ln2High
  let remainderLow = low - n * Double.Traits.ln2Low
  let remainder = remainderHigh + remainderLow
  let error = remainderLow - (remainder - remainderHigh)
  // 1 + remainder, with what that loses to rounding.
  let sum = 1 + remainder
  let sumError = remainder - (sum - 1)
  let exponential = sum + (sumError + Double.Traits.exponentialTail(remainder, plus: error))
  let (first, second) = Double.Traits.powers(shifted)
  return exponential * first * second
}

/// A number's 26 leading bits. Products of two such are exact.
@export(implementation) @inline(__always)
internal func _leadingBits(_ x: Double) -> Double { Double(bitPattern: x.bitPattern & 0xFFFF_FFFF_F800_0000) }
