// What the functions take from Double: constants, polynomials, bit patterns.
//
// The polynomials are minimax for the error of the function they serve, so the fits (Remez's algorithm, in 160 bits)
// were weighted with the factor and the function around each polynomial. The coefficients are rounded to Double, and
// the errors stated are those after that. A c with a number is the coefficient of that power.
//
// J.-M. Muller, Elementary Functions, 3rd edition, https://doi.org/10.1007/978-1-4899-7983-4

extension Double: RealScalar {
  /// What the functions of this module take from `Double`.
  public enum Traits: RealScalarTraits {
    @export(implementation) @inline(__always)
    public static var shift: Double { 0x1.8p52 }

    @export(implementation) @inline(__always)
    public static var bias: Double { 1023 }

    @export(implementation) @inline(__always)
    public static func power(_ shifted: Double) -> Double {
      Double(bitPattern: shifted.bitPattern &<< 52)
    }

    @export(implementation) @inline(__always)
    public static func powers(_ shifted: Double) -> (Double, Double) {
      // Halving the sum halves the exponent, and twice the bias; what the shift becomes is lost with the high bits.
      let bits = shifted.bitPattern &- 1
      let half = bits &>> 1
      let rest = bits &- half
      return (Double(bitPattern: half &<< 52), Double(bitPattern: rest &<< 52))
    }

    @export(implementation) @inline(__always)
    public static func select(_ condition: Bool, _ a: Double, _ b: Double) -> Double {
      let mask = 0 &- UInt64(_bit(condition))
      return Double(bitPattern: (a.bitPattern & mask) | (b.bitPattern & ~mask))
    }

    @export(implementation) @inline(__always)
    public static func difference(_ a: Double, _ b: Double) -> UInt64 { a.bitPattern &- b.bitPattern }

    @export(implementation) @inline(__always)
    public static var leastOrdinary: Double { 0x1p-512 }

    @export(implementation) @inline(__always)
    public static var inverseLn2: Double { 0x1.71547652b82fep+0 }

    /// log 2π.
    @export(implementation) @inline(__always)
    public static var logTwoPi: Double { 0x1.d67f1c864beb5p+0 }

    @export(implementation) @inline(__always)
    public static var ln2High: Double { 0x1.62e42fefa38p-1 }

    @export(implementation) @inline(__always)
    public static var ln2Low: Double { 0x1.ef35793c7673p-45 }

    @export(implementation) @inline(__always)
    public static var exponentialFloor: Double { -746 }

    @export(implementation) @inline(__always)
    public static var exponentialCeiling: Double { 710 }

    @export(implementation) @inline(__always)
    public static var flushedExponential: Double { -709 }

    /// r² · q(r), q of degree 9, for |r| ≤ ln 2 / 2. Error of eʳ: 2⁻⁵⁶·⁴ relative to it, 0.1 ulp.
    @export(implementation) @inline(__always)
    public static func exponentialTail(_ r: Double, plus addend: Double) -> Double {
      let c0 = 0x1.000000000000ap-1
      let c1 = 0x1.55555555554fap-3
      let c2 = 0x1.555555555087dp-5
      let c3 = 0x1.1111111127bfap-7
      let c4 = 0x1.6c16c18429f34p-10
      let c5 = 0x1.a01a012a50587p-13
      let c6 = 0x1.a0199a0ca6ef3p-16
      let c7 = 0x1.71df2562fcad9p-19
      let c8 = 0x1.28ad729e5f879p-22
      let c9 = 0x1.ad7f547b99cebp-26
      let r2 = r * r
      let r4 = r2 * r2
      let low = (c0 + c1 * r) + r2 * (c2 + c3 * r)
      let middle = (c4 + c5 * r) + r2 * (c6 + c7 * r)
      return addend + r2 * (low + r4 * (middle + r4 * (c8 + c9 * r)))
    }

    /// Degree 10, for |f| ≤ 1/2. Error: 2⁻⁵¹·¹ where f ≤ 0, twice that where f > 0, for then 2ⁿ ≤ 1/2 scales it.
    @export(implementation) @inline(__always)
    public static func exponential2(_ f: Double) -> Double {
      let c1 = 0x1.62e42fefa3a53p-1
      let c2 = 0x1.ebfbdff82cb78p-3
      let c3 = 0x1.c6b08d7030e97p-5
      let c4 = 0x1.3b2ab6faa3f77p-7
      let c5 = 0x1.5d87feb343a64p-10
      let c6 = 0x1.4309163ea5a04p-13
      let c7 = 0x1.ffcb195a6e7b1p-17
      let c8 = 0x1.62b7d0b02a5c1p-20
      let c9 = 0x1.b6aa55baf748dp-24
      let c10 = 0x1.f3a995fa842a6p-28
      let f2 = f * f
      let f4 = f2 * f2
      let low = (1 + c1 * f) + f2 * (c2 + c3 * f)
      let middle = (c4 + c5 * f) + f2 * (c6 + c7 * f)
      return low + f4 * (middle + f4 * ((c8 + c9 * f) + f2 * c10))
    }

    /// Degree 7, for |f| ≤ 1/2. Error: 2⁻³²·⁰ relative to it.
    @export(implementation) @inline(__always)
    static func coarseExponential2(_ f: Double) -> Double {
      let c1 = 0x1.62e4300b9dab4p-1
      let c2 = 0x1.ebfbe045705a1p-3
      let c3 = 0x1.c6b0551d56c6dp-5
      let c4 = 0x1.3b2a1bf5b7f04p-7
      let c5 = 0x1.5dc05149ba9cap-10
      let c6 = 0x1.443f95e689c5dp-13
      let c7 = 0x1.c04815415f25ep-17
      let f2 = f * f
      let low = (1 + c1 * f) + f2 * (c2 + c3 * f)
      let high = (c4 + c5 * f) + f2 * (c6 + c7 * f)
      return low + (f2 * f2) * high
    }

    /// z · q(z), q of degree 6, for z = s² ≤ 0.0295. Error of log((1 + s) / (1 - s)): 2⁻⁵⁹·⁵ relative to it, 0.01 ulp.
    @export(implementation) @inline(__always)
    public static func artanhTail(_ s: Double) -> Double {
      let c0 = 0x1.5555555555592p-1
      let c1 = 0x1.999999997ff63p-2
      let c2 = 0x1.24924941db474p-2
      let c3 = 0x1.c71c521a1bd16p-3
      let c4 = 0x1.74663ba29baf9p-3
      let c5 = 0x1.39a20bbaf39a9p-3
      let c6 = 0x1.2f025079cc801p-3
      let z = s * s
      let z2 = z * z
      let low = (c0 + c1 * z) + z2 * (c2 + c3 * z)
      let high = (c4 + c5 * z) + z2 * c6
      return z * (low + (z2 * z2) * high)
    }

    /// With s = e / (2 + e) and z = s²: e²/2 - s · (e²/2 + z · q(z)), q of degree 9, for 0 ≤ e ≤ 1. Error of log(1 + e):
    /// 2⁻⁵⁹·² relative to it, 0.01 ulp.
    @export(implementation) @inline(__always)
    public static func unitLogarithmTail(_ e: Double) -> Double {
      let c0 = 0x1.5555555555535p-1
      let c1 = 0x1.99999999a074fp-2
      let c2 = 0x1.249249208c6a3p-2
      let c3 = 0x1.c71c741c68304p-3
      let c4 = 0x1.745cb401ff1bcp-3
      let c5 = 0x1.3b1ddb4262468p-3
      let c6 = 0x1.1067c7a682c1bp-3
      let c7 = 0x1.efd82ac8ad08cp-4
      let c8 = 0x1.55b13d48430f4p-4
      let c9 = 0x1.5c795e5956a61p-3
      let s = e / (2 + e)
      let z = s * s
      let z2 = z * z
      let z4 = z2 * z2
      let low = (c0 + c1 * z) + z2 * (c2 + c3 * z)
      let high = ((c4 + c5 * z) + z2 * (c6 + c7 * z)) + z4 * (c8 + c9 * z)
      let halfSquare = 0.5 * e * e
      return halfSquare - s * (halfSquare + z * (low + z4 * high))
    }

    @export(implementation) @inline(__always)
    public static func split(_ x: Double) -> (fraction: Double, negatedExponent: Double) {
      let one: UInt64 = 0x3FF0_0000_0000_0000
      let sqrtHalf: UInt64 = 0x3FE6_A09E_667F_3BCD
      let scaled = x.bitPattern &+ (one &- sqrtHalf)
      let fraction = Double(bitPattern: (scaled & 0x000F_FFFF_FFFF_FFFF) &+ sqrtHalf)
      // The exponent field, moved into the low bits of 2⁵², is converted without an instruction for it.
      let exponent = Double(bitPattern: (scaled &>> 52) | 0x4330_0000_0000_0000)
      return (fraction, (0x1p52 + 1023) - exponent)
    }
  }
}
