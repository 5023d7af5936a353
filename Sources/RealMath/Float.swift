// What the functions take from Float: constants, polynomials, bit patterns.
//
// The polynomials are minimax for the error of the function they serve, so the fits (Remez's algorithm, in 160 bits)
// were weighted with the factor and the function around each polynomial. The coefficients are rounded to Float, and the
// errors stated are those after that. A c with a number is the coefficient of that power.
//
// J.-M. Muller, Elementary Functions, 3rd edition, https://doi.org/10.1007/978-1-4899-7983-4

extension Float: RealScalar {
  @inlinable @inline(__always)
  public static var _shift: Float { 0x1.8p23 }

  @inlinable @inline(__always)
  public static var _bias: Float { 127 }

  @inlinable @inline(__always)
  public static func _power(_ shifted: Float) -> Float {
    Float(bitPattern: shifted.bitPattern &<< 23)
  }

  @inlinable @inline(__always)
  public static func _powers(_ shifted: Float) -> (Float, Float) {
    // Halving the sum halves the exponent, and twice the bias; what the shift becomes is lost with the high bits.
    let half = shifted.bitPattern &>> 1
    let rest = shifted.bitPattern &- half
    return (Float(bitPattern: half &<< 23), Float(bitPattern: rest &<< 23))
  }

  @inlinable @inline(__always)
  public static var _inverseLn2: Float { 0x1.715476p+0 }

  @inlinable @inline(__always)
  public static var _ln2High: Float { 0x1.62e4p-1 }

  @inlinable @inline(__always)
  public static var _ln2Low: Float { 0x1.7f7d1cp-20 }

  @inlinable @inline(__always)
  public static var _exponentialFloor: Float { -104 }

  @inlinable @inline(__always)
  public static var _exponentialCeiling: Float { 89 }

  @inlinable @inline(__always)
  public static var _flushedExponential: Float { -88 }

  /// r² · q(r), q of degree 4, for |r| ≤ ln 2 / 2. Error of eʳ: 2⁻²⁸·² relative to it, 0.05 ulp.
  @inlinable @inline(__always)
  public static func _exponentialTail(_ r: Float) -> Float {
    let c0: Float = 0x1.fffffcp-2
    let c1: Float = 0x1.55548cp-3
    let c2: Float = 0x1.555858p-5
    let c3: Float = 0x1.123de2p-7
    let c4: Float = 0x1.6ac786p-10
    let r2 = r * r
    return r2 * (c0 + c1 * r) + (r2 * r2) * ((c2 + c3 * r) + r2 * c4)
  }

  /// Degree 5, for |f| ≤ 1/2. Error: 2⁻²³·² where f ≤ 0, twice that where f > 0, for then 2ⁿ ≤ 1/2 scales it.
  @inlinable @inline(__always)
  public static func _exponential2(_ f: Float) -> Float {
    let c1: Float = 0x1.62e424p-1
    let c2: Float = 0x1.ebf944p-3
    let c3: Float = 0x1.c6b9d8p-5
    let c4: Float = 0x1.3d03cap-7
    let c5: Float = 0x1.5b131ap-10
    let f2 = f * f
    return (1 + c1 * f) + f2 * ((c2 + c3 * f) + f2 * (c4 + c5 * f))
  }

  /// f² · (1/2 - f · q(f)), q of degree 7, for √½ ≤ 1 + f ≤ √2. Error of log(1 + f): 2⁻²⁷·² relative to it, 0.1 ulp.
  @inlinable @inline(__always)
  public static func _logarithmTail(_ f: Float) -> Float {
    let c0: Float = 0x1.555554p-2
    let c1: Float = -0x1.000226p-2
    let c2: Float = 0x1.99a008p-3
    let c3: Float = -0x1.547244p-3
    let c4: Float = 0x1.22da22p-3
    let c5: Float = -0x1.0d8548p-3
    let c6: Float = 0x1.055b52p-3
    let c7: Float = -0x1.38b524p-4
    let f2 = f * f
    let f4 = f2 * f2
    let low = (c0 + c1 * f) + f2 * (c2 + c3 * f)
    let high = (c4 + c5 * f) + f2 * (c6 + c7 * f)
    return f2 * (0.5 - f * (low + f4 * high))
  }

  /// e² · q(e), q of degree 9, for 0 ≤ e ≤ 1. Error of log(1 + e): 2⁻³⁰ relative to it, 0.02 ulp.
  @inlinable @inline(__always)
  public static func _unitLogarithmTail(_ e: Float) -> Float {
    let c0: Float = 0x1.fffff8p-2
    let c1: Float = -0x1.5553b6p-2
    let c2: Float = 0x1.ffc59ep-3
    let c3: Float = -0x1.978b54p-3
    let c4: Float = 0x1.4a72b2p-3
    let c5: Float = -0x1.ff28d8p-4
    let c6: Float = 0x1.54f16ep-4
    let c7: Float = -0x1.58ff52p-5
    let c8: Float = 0x1.c0a24p-7
    let c9: Float = -0x1.113694p-9
    let e2 = e * e
    let e4 = e2 * e2
    let low = (c0 + c1 * e) + e2 * (c2 + c3 * e)
    let high = ((c4 + c5 * e) + e2 * (c6 + c7 * e)) + e4 * (c8 + c9 * e)
    return e2 * low + (e2 * e4) * high
  }

  @inlinable @inline(__always)
  public static func _split(_ x: Float) -> (fraction: Float, negatedExponent: Float) {
    let one: UInt32 = 0x3F80_0000
    let sqrtHalf: UInt32 = 0x3F35_04F3
    let scaled = x.bitPattern &+ (one &- sqrtHalf)
    let fraction = Float(bitPattern: (scaled & 0x007F_FFFF) &+ sqrtHalf)
    // The exponent field, moved into the low bits of 2²³, is converted without an instruction for it.
    let exponent = Float(bitPattern: (scaled &>> 23) | 0x4B00_0000)
    return (fraction, (0x1p23 + 127) - exponent)
  }
}
