/// A scalar that the functions of this module are defined for: `Float` and `Double`.
///
/// The functions are written once, generic over this protocol. What a type contributes is underscored and
/// small: constants, polynomials fitted to its precision, and two operations on its bit pattern. Code that is
/// generic over the scalar calls the free functions:
///
/// ```swift
/// func gaussian<S: RealScalar>(_ x: S) -> S { exp(-x * x / 2) }
/// ```
///
/// - Note: Everything here is made to be specialised and inlined. Unspecialised, each operation is a call.
public protocol RealScalar: BinaryFloatingPoint, BitwiseCopyable, Codable, Sendable, SIMDScalar
where RawSignificand: FixedWidthInteger {
  /// 1.5 · 2ᵖ⁻¹, for a significand of p bits.
  ///
  /// Added to a number well below 2ᵖ⁻² in magnitude it rounds that to the nearest integer, and leaves the integer
  /// in the low bits of the sum.
  static var _shift: Self { get }

  /// What is added to an exponent to make the exponent field of a number: the field of 1.
  static var _bias: Self { get }

  /// 2ⁿ from `_shift + _bias` + n, for the n that are exponents of normal numbers; 0 for the n just below them.
  static func _power(_ shifted: Self) -> Self

  /// Two factors of 2ⁿ, about its square root each, from `_shift + 2 * _bias + 1` + n.
  static func _powers(_ shifted: Self) -> (Self, Self)

  /// `a` where the condition holds, else `b`.
  static func _select(_ condition: Bool, _ a: Self, _ b: Self) -> Self

  /// The bits of a number, as an integer, less those of another.
  static func _difference(_ a: Self, _ b: Self) -> RawSignificand

  /// 2 to the power of minus half the largest exponent.
  static var _leastOrdinary: Self { get }

  /// 1 / ln 2.
  static var _inverseLn2: Self { get }

  /// The leading bits of ln 2, so few that their product with any exponent is exact.
  static var _ln2High: Self { get }

  /// ln 2 - `_ln2High`, rounded.
  static var _ln2Low: Self { get }

  /// An x whose eˣ rounds to zero.
  static var _exponentialFloor: Self { get }

  /// An x whose eˣ overflows, though x / ln 2 rounds to the exponent above that of the largest number.
  static var _exponentialCeiling: Self { get }

  /// An x for which x / ln 2 rounds to the exponent below that of the least normal number.
  static var _flushedExponential: Self { get }

  /// eʳ - 1 - r + addend for |r| ≤ ln 2 / 2.
  static func _exponentialTail(_ r: Self, plus addend: Self) -> Self

  /// 2ᶠ for |f| ≤ 1/2, with the error that `expNonPositive` allows; exactly 1 at 0.
  static func _exponential2(_ f: Self) -> Self

  /// log((1 + s) / (1 - s)) / s - 2 for the s = f / (2 + f) of √½ ≤ 1 + f ≤ √2.
  static func _artanhTail(_ s: Self) -> Self

  /// e - log(1 + e) for 0 ≤ e ≤ 1.
  static func _unitLogarithmTail(_ e: Self) -> Self

  /// m and -k, where x = 2ᵏ · m and √½ ≤ m < √2, for a positive normal x. When k is 0 then -k is +0.
  static func _split(_ x: Self) -> (fraction: Self, negatedExponent: Self)
}
