// What the functions take from Float: constants, polynomials, bit patterns.
//
// The polynomials are minimax for the error of the function they serve, so the fits (Remez's algorithm, in 160 bits)
// were weighted with the factor and the function around each polynomial. The coefficients are rounded to Float, and the
// errors stated are those after that. A c with a number is the coefficient of that power.
//
// J.-M. Muller, Elementary Functions, 3rd edition, https://doi.org/10.1007/978-1-4899-7983-4

extension Float: RealScalar {
  /// What the functions of this module take from `Float`.
  public enum Traits: RealScalarTraits {
    @export(implementation) @inline(__always)
    public static var shift: Float { 0x1.8p23 }

    @export(implementation) @inline(__always)
    public static var bias: Float { 127 }

    @export(implementation) @inline(__always)
    public static func power(_ shifted: Float) -> Float {
      Float(bitPattern: shifted.bitPattern &<< 23)
    }

    @export(implementation) @inline(__always)
    public static func powers(_ shifted: Float) -> (Float, Float) {
      // Halving the sum halves the exponent, and twice the bias; what the shift becomes is lost with the high bits.
      let bits = shifted.bitPattern &- 1
      let half = bits &>> 1
      let rest = bits &- half
      return (Float(bitPattern: half &<< 23), Float(bitPattern: rest &<< 23))
    }

    @export(implementation) @inline(__always)
    public static func select(_ condition: Bool, _ a: Float, _ b: Float) -> Float {
      let mask = 0 &- UInt32(_bit(condition))
      return Float(bitPattern: (a.bitPattern & mask) | (b.bitPattern & ~mask))
    }

    @export(implementation) @inline(__always)
    public static func difference(_ a: Float, _ b: Float) -> UInt32 { a.bitPattern &- b.bitPattern }

    @export(implementation) @inline(__always)
    public static var leastOrdinary: Float { 0x1p-64 }

    @export(implementation) @inline(__always)
    public static var inverseLn2: Float { 0x1.715476p+0 }

    @export(implementation) @inline(__always)
    public static var ln2High: Float { 0x1.62e4p-1 }

    @export(implementation) @inline(__always)
    public static var ln2Low: Float { 0x1.7f7d1cp-20 }

    @export(implementation) @inline(__always)
    public static var exponentialFloor: Float { -104 }

    @export(implementation) @inline(__always)
    public static var exponentialCeiling: Float { 89 }

    @export(implementation) @inline(__always)
    public static var flushedExponential: Float { -88 }

    /// r² · q(r), q of degree 4, for |r| ≤ ln 2 / 2. Error of eʳ: 2⁻²⁸·² relative to it, 0.05 ulp.
    @export(implementation) @inline(__always)
    public static func exponentialTail(_ r: Float, plus addend: Float) -> Float {
      let c0: Float = 0x1.fffffcp-2
      let c1: Float = 0x1.55548cp-3
      let c2: Float = 0x1.555858p-5
      let c3: Float = 0x1.123de2p-7
      let c4: Float = 0x1.6ac786p-10
      let r2 = r * r
      return addend + r2 * ((c0 + c1 * r) + r2 * ((c2 + c3 * r) + r2 * c4))
    }

    /// Degree 5, for |f| ≤ 1/2. Error: 2⁻²³·² where f ≤ 0, twice that where f > 0, for then 2ⁿ ≤ 1/2 scales it.
    @export(implementation) @inline(__always)
    public static func exponential2(_ f: Float) -> Float {
      let c1: Float = 0x1.62e424p-1
      let c2: Float = 0x1.ebf944p-3
      let c3: Float = 0x1.c6b9d8p-5
      let c4: Float = 0x1.3d03cap-7
      let c5: Float = 0x1.5b131ap-10
      let f2 = f * f
      return (1 + c1 * f) + f2 * ((c2 + c3 * f) + f2 * (c4 + c5 * f))
    }

    /// z · q(z), q of degree 2, for z = s² ≤ 0.0295. Error of log((1 + s) / (1 - s)): 2⁻³⁰ relative to it, 0.02 ulp.
    @export(implementation) @inline(__always)
    public static func artanhTail(_ s: Float) -> Float {
      let c0: Float = 0x1.55556p-1
      let c1: Float = 0x1.9960dp-2
      let c2: Float = 0x1.31e0dap-2
      let z = s * s
      return z * (c0 + z * (c1 + z * c2))
    }

    /// e² / 2 - e³ · p(e) / q(e), of degrees 1 and 3, for 0 ≤ e ≤ 1. Error of log(1 + e): 2⁻²⁷·⁴ relative to it, 0.1 ulp.
    @export(implementation) @inline(__always)
    public static func unitLogarithmTail(_ e: Float) -> Float {
      let p0: Float = 0x1.5554a2p-2
      let p1: Float = 0x1.8a5bccp-3
      let q1: Float = 0x1.53db32p+0
      let q2: Float = 0x1.95c79ep-2
      let q3: Float = -0x1.1fcd92p-10
      let e2 = e * e
      let p = p0 + p1 * e
      let q = (1 + q1 * e) + e2 * (q2 + q3 * e)
      return 0.5 * e2 - (e2 * e) * p / q
    }

    @export(implementation) @inline(__always)
    public static func split(_ x: Float) -> (fraction: Float, negatedExponent: Float) {
      let sqrt2: Int32 = 0x3FB5_04F2
      let bits = Int32(bitPattern: x.bitPattern)
      let negatedExponent = (sqrt2 &- bits) &>> 23
      let fraction = Float(bitPattern: UInt32(bitPattern: bits &+ negatedExponent &<< 23))
      return (fraction, Float(negatedExponent))
    }
  }
}
