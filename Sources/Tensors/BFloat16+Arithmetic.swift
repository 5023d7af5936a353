extension BFloat16: BinaryFloatingPoint {
  public typealias RawExponent = UInt
  public typealias RawSignificand = UInt16
  public typealias Exponent = Int
  public typealias Magnitude = BFloat16

  @inlinable public static var exponentBitCount: Int { 8 }
  @inlinable public static var significandBitCount: Int { 7 }

  @inlinable public static var nan: BFloat16 { BFloat16(bitPattern: 0x7fc0) }
  @inlinable public static var signalingNaN: BFloat16 { BFloat16(bitPattern: 0x7fa0) }
  @inlinable public static var infinity: BFloat16 { BFloat16(bitPattern: 0x7f80) }
  /// 2¹²⁷ · (2 − 2⁻⁷), about 3.39 · 10³⁸.
  @inlinable public static var greatestFiniteMagnitude: BFloat16 { BFloat16(bitPattern: 0x7f7f) }
  /// π, rounded toward zero: 3.140625.
  @inlinable public static var pi: BFloat16 { BFloat16(bitPattern: 0x4049) }
  /// 2⁻⁷.
  @inlinable public static var ulpOfOne: BFloat16 { BFloat16(bitPattern: 0x3c00) }
  /// 2⁻¹²⁶.
  @inlinable public static var leastNormalMagnitude: BFloat16 { BFloat16(bitPattern: 0x0080) }
  /// 2⁻¹³³.
  @inlinable public static var leastNonzeroMagnitude: BFloat16 { BFloat16(bitPattern: 0x0001) }

  @inlinable
  public init(sign: FloatingPointSign, exponentBitPattern: UInt, significandBitPattern: UInt16) {
    let exponent = UInt16(truncatingIfNeeded: exponentBitPattern) & 0xff
    self.init(
      bitPattern: (sign == .minus ? 0x8000 : 0) | exponent << 7 | significandBitPattern & 0x7f)
  }

  @inlinable
  public init(sign: FloatingPointSign, exponent: Int, significand: BFloat16) {
    // In `Double` no step of the way is rounded, and exponents beyond these make no difference.
    let exponent = min(max(exponent, -600), 600)
    self.init(Double(sign: sign, exponent: exponent, significand: Double(significand)))
  }

  @inlinable
  public init(signOf sign: BFloat16, magnitudeOf number: BFloat16) {
    self.init(bitPattern: sign.bitPattern & 0x8000 | number.bitPattern & 0x7fff)
  }

  @inlinable public var sign: FloatingPointSign { bitPattern & 0x8000 == 0 ? .plus : .minus }
  @inlinable public var exponentBitPattern: UInt { UInt(bitPattern >> 7 & 0xff) }
  @inlinable public var significandBitPattern: UInt16 { bitPattern & 0x7f }
  @inlinable public var exponent: Int { Float(self).exponent }
  @inlinable public var significand: BFloat16 { BFloat16(Float(self).significand) }
  @inlinable public var significandWidth: Int { Float(self).significandWidth }
  @inlinable public var binade: BFloat16 { BFloat16(Float(self).binade) }
  @inlinable public var ulp: BFloat16 { BFloat16(Float(self).ulp * 0x1p16) }
  @inlinable public var magnitude: BFloat16 { BFloat16(bitPattern: bitPattern & 0x7fff) }

  @inlinable public var isZero: Bool { bitPattern & 0x7fff == 0 }
  @inlinable public var isNormal: Bool { isFinite && bitPattern & 0x7f80 != 0 }
  @inlinable public var isSubnormal: Bool { bitPattern & 0x7f80 == 0 && !isZero }
  @inlinable public var isFinite: Bool { bitPattern & 0x7f80 != 0x7f80 }
  @inlinable public var isInfinite: Bool { bitPattern & 0x7fff == 0x7f80 }
  @inlinable public var isNaN: Bool { bitPattern & 0x7fff > 0x7f80 }
  @inlinable public var isSignalingNaN: Bool { isNaN && bitPattern & 0x0040 == 0 }
  @inlinable public var isCanonical: Bool { true }
}

// Comparison.
extension BFloat16 {
  @inlinable
  public func isEqual(to other: BFloat16) -> Bool { Float(self) == Float(other) }

  @inlinable
  public func isLess(than other: BFloat16) -> Bool { Float(self) < Float(other) }

  @inlinable
  public func isLessThanOrEqualTo(_ other: BFloat16) -> Bool { Float(self) <= Float(other) }

  @inlinable
  public func hash(into hasher: inout Hasher) { hasher.combine(Float(self)) }

  @inlinable
  public var nextUp: BFloat16 {
    // The pattern of a positive number grows with it, that of a negative one shrinks.
    if isNaN || self == .infinity { return self + 0 }
    if isZero { return .leastNonzeroMagnitude }
    return BFloat16(bitPattern: sign == .plus ? bitPattern + 1 : bitPattern - 1)
  }
}

// Arithmetic. A result in `Float` that lies in the middle between two numbers of this type is exact, unless a third number
// is added to a product.
extension BFloat16 {
  @inlinable
  public static prefix func - (number: BFloat16) -> BFloat16 {
    BFloat16(bitPattern: number.bitPattern ^ 0x8000)
  }

  @inlinable
  public mutating func negate() { bitPattern ^= 0x8000 }

  @inlinable
  public static func + (left: BFloat16, right: BFloat16) -> BFloat16 { BFloat16(Float(left) + Float(right)) }

  @inlinable
  public static func - (left: BFloat16, right: BFloat16) -> BFloat16 { BFloat16(Float(left) - Float(right)) }

  @inlinable
  public static func * (left: BFloat16, right: BFloat16) -> BFloat16 { BFloat16(Float(left) * Float(right)) }

  @inlinable
  public static func / (left: BFloat16, right: BFloat16) -> BFloat16 { BFloat16(Float(left) / Float(right)) }

  @inlinable
  public static func += (left: inout BFloat16, right: BFloat16) { left = left + right }

  @inlinable
  public static func -= (left: inout BFloat16, right: BFloat16) { left = left - right }

  @inlinable
  public static func *= (left: inout BFloat16, right: BFloat16) { left = left * right }

  @inlinable
  public static func /= (left: inout BFloat16, right: BFloat16) { left = left / right }

  @inlinable
  public mutating func formSquareRoot() { self = BFloat16(Float(self).squareRoot()) }

  @inlinable
  public mutating func addProduct(_ left: BFloat16, _ right: BFloat16) {
    let (product, addend) = (Double(left) * Double(right), Double(self))
    let sum = product + addend
    // What was rounded off the sum, exactly: Knuth's two-sum. Where there is any, the sum is rounded to odd instead.
    let addendPart = sum - product
    let error = (product - (sum - addendPart)) + (addend - addendPart)
    var bits = sum.bitPattern
    if sum.isFinite, error != 0 {
      if (error < 0) != (sum < 0) { bits &-= 1 }
      bits |= 1
    }
    self = BFloat16(Double(bitPattern: bits))
  }

  // These are exact.
  @inlinable
  public mutating func formRemainder(dividingBy other: BFloat16) {
    self = BFloat16(Float(self).remainder(dividingBy: Float(other)))
  }

  @inlinable
  public mutating func formTruncatingRemainder(dividingBy other: BFloat16) {
    self = BFloat16(Float(self).truncatingRemainder(dividingBy: Float(other)))
  }

  @inlinable
  public mutating func round(_ rule: FloatingPointRoundingRule) { self = BFloat16(Float(self).rounded(rule)) }

  @inlinable
  public func distance(to other: BFloat16) -> BFloat16 { other - self }

  @inlinable
  public func advanced(by distance: BFloat16) -> BFloat16 { self + distance }
}
