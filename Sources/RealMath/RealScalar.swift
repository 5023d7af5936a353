/// A scalar that the functions of this module are defined for: `Float` and `Double`.
///
/// The functions are written once, generic over this protocol. What a type contributes is small: constants,
/// polynomials fitted to its precision, and a few operations on its bit pattern, all in ``Traits``. Code that is
/// generic over the scalar calls the free functions:
///
/// ```swift
/// func gaussian<S: RealScalar>(_ x: S) -> S { exp(-x * x / 2) }
/// ```
///
/// - Note: Everything here is made to be specialised and inlined. Unspecialised, each operation is a call.
public protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, Sendable, SIMDScalar
where RawSignificand: FixedWidthInteger {
  /// What the functions of this module take from the type.
  associatedtype Traits: RealScalarTraits<Self>
}

/// The constants, polynomials and bit operations of one scalar type, on which the functions of this module are built.
public protocol RealScalarTraits<Scalar> {
  /// The scalar type.
  associatedtype Scalar: BinaryFloatingPoint

  /// 1.5 · 2ᵖ⁻¹, for a significand of p bits.
  ///
  /// Added to a number well below 2ᵖ⁻² in magnitude it rounds that to the nearest integer, and leaves the integer
  /// in the low bits of the sum.
  static var shift: Scalar { get }

  /// What is added to an exponent to make the exponent field of a number: the field of 1.
  static var bias: Scalar { get }

  /// Returns 2ⁿ from `shift + bias` + n, for the n that are exponents of normal numbers; 0 for the n just below them.
  static func power(_ shifted: Scalar) -> Scalar

  /// Returns two factors of 2ⁿ, about its square root each, from `shift + 2 * bias + 1` + n.
  static func powers(_ shifted: Scalar) -> (Scalar, Scalar)

  /// Returns `a` where the condition holds, else `b`.
  static func select(_ condition: Bool, _ a: Scalar, _ b: Scalar) -> Scalar

  /// Returns the bits of `a`, as an integer, minus those of `b`.
  static func difference(_ a: Scalar, _ b: Scalar) -> Scalar.RawSignificand

  /// 2 to the power of minus half the largest exponent.
  static var leastOrdinary: Scalar { get }

  /// 1 / ln 2.
  static var inverseLn2: Scalar { get }

  /// The leading bits of ln 2, so few that their product with any exponent is exact.
  static var ln2High: Scalar { get }

  /// ln 2 - `ln2High`, rounded.
  static var ln2Low: Scalar { get }

  /// An x whose eˣ rounds to zero.
  static var exponentialFloor: Scalar { get }

  /// An x whose eˣ overflows, though x / ln 2 rounds to the exponent above that of the largest number.
  static var exponentialCeiling: Scalar { get }

  /// An x for which x / ln 2 rounds to the exponent below that of the least normal number.
  static var flushedExponential: Scalar { get }

  /// Returns eʳ - 1 - r + addend for |r| ≤ ln 2 / 2.
  static func exponentialTail(_ r: Scalar, plus addend: Scalar) -> Scalar

  /// Returns 2ᶠ for |f| ≤ 1/2, with the error that `expNonPositive` allows; exactly 1 at 0.
  static func exponential2(_ f: Scalar) -> Scalar

  /// Returns log((1 + s) / (1 - s)) / s - 2 for the s = f / (2 + f) of √½ ≤ 1 + f ≤ √2.
  static func artanhTail(_ s: Scalar) -> Scalar

  /// Returns e - log(1 + e) for 0 ≤ e ≤ 1.
  static func unitLogarithmTail(_ e: Scalar) -> Scalar

  /// Returns m and -k, where x = 2ᵏ · m and √½ ≤ m < √2, for a positive normal x. When k is 0 then -k is +0.
  static func split(_ x: Scalar) -> (fraction: Scalar, negatedExponent: Scalar)
}
