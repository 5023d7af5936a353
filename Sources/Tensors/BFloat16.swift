/// A number of 16 bits with the range of `Float` and 8 significant bits: the upper half of a `Float`.
///
/// This is PyTorch's `bfloat16`. It exists on every platform. Losses compute it in `Float`.
///
///     let number: BFloat16 = 0.1
///     print(number, Float(number))  // 0.1 0.100097656
///     let scores: Tensor<BFloat16> = [[2, 1, 0], [0, 1, 3]]
///
/// Conversions round to the nearest number, of two equally near ones to the even one, and numbers too large become
/// infinite. Those from `Double`, from other floating-point types and from integers round once. NaN stays NaN, with its
/// sign and what there is room for of its payload, and becomes quiet. A literal is read as `Double` first.
///
/// The arithmetic is that of IEEE 754: each result is the nearest number to the exact one. It is computed in `Float`, which
/// has more than twice as many significant bits and the same exponents, so that rounding the result again gives the same
/// as rounding the exact one would.
@frozen
public struct BFloat16: BitwiseCopyable, Sendable {
  /// The sign, eight bits of the exponent and seven of the fraction.
  public var bitPattern: UInt16

  /// The number with these bits.
  @export(implementation) @inline(__always)
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// The number 0.
  @inlinable
  public init() { self.init(bitPattern: 0) }
}

// Conversions, without branches, so that loops over them become vector instructions.
extension BFloat16 {
  /// The nearest number to a `Float`.
  @export(implementation) @inline(__always)
  public init(_ value: Float) {
    let bits = value.bitPattern
    // What is added carries if the lower 16 bits are more than half of what they can hold, or half and the bit above is 1.
    let nearest = bits &+ 0x7fff &+ (bits &>> 16 & 1)
    let quiet = bits | 0x0040_0000
    let isNaN = bits & 0x7fff_ffff > 0x7f80_0000
    self.init(bitPattern: UInt16(truncatingIfNeeded: (isNaN ? quiet : nearest) &>> 16))
  }

  /// The nearest number to a `Double`.
  @inlinable
  public init(_ value: Double) {
    let nearest = Float(value)
    var bits = nearest.bitPattern
    // Of the two `Float`s around a number, the one whose last bit is 1 ("rounding to odd"). It lies on the same side of
    // every middle between two numbers of this type, so rounding it is the same as rounding the number.
    if Double(nearest) != value {
      if Double(nearest).magnitude > value.magnitude { bits &-= 1 }
      bits |= 1
    }
    self.init(Float(bitPattern: bits))
  }

  /// The nearest number to one of any other floating-point type.
  @inlinable
  public init<Source: BinaryFloatingPoint>(_ value: Source) {
    switch value {
    case let value as Float: self.init(value)
    case let value as Double: self.init(value)
    case let value as BFloat16: self = value.isNaN ? BFloat16(Float(value)) : value
    default:
      let nearest = Double(value)
      var bits = nearest.bitPattern
      // Rounding to odd again.
      if !value.isNaN, Source(nearest) != value {
        if Source(nearest).magnitude > value.magnitude { bits &-= 1 }
        bits |= 1
      }
      self.init(Double(bitPattern: bits))
    }
  }

  /// The same number of this type, or `nil` if there is none.
  @inlinable
  public init?<Source: BinaryFloatingPoint>(exactly value: Source) {
    self.init(value)
    guard Source(Float(self)) == value else { return nil }
  }

  /// The nearest number to an integer.
  @inlinable
  public init<Source: BinaryInteger>(_ value: Source) {
    var (magnitude, exponent) = (value.magnitude, 0)
    var isExact = true
    // Of a long integer, its upper 17 to 32 bits are enough, with the last one set if a lower bit is.
    while magnitude >> 32 != 0 {
      isExact = isExact && magnitude.trailingZeroBitCount >= 15
      magnitude >>= 15
      exponent += 15
    }
    let significand = Double(UInt32(magnitude) | (isExact ? 0 : 1))
    self.init(
      Double(sign: value < 0 ? .minus : .plus, exponent: min(exponent, 1000), significand: significand))
  }

  /// The same number as an integer, or `nil` if there is none of this type.
  @inlinable
  public init?<Source: BinaryInteger>(exactly value: Source) {
    self.init(value)
    guard Source(exactly: Float(self)) == value else { return nil }
  }
}

extension Float {
  /// The same number, which every `BFloat16` has.
  @export(implementation) @inline(__always)
  public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) &<< 16) }
}

extension Double {
  /// The same number, which every `BFloat16` has.
  @export(implementation) @inline(__always)
  public init(_ value: BFloat16) { self.init(Float(value)) }
}

extension BFloat16: ExpressibleByFloatLiteral {
  @inlinable
  public init(floatLiteral value: Double) { self.init(value) }
}

extension BFloat16: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: Int64) { self.init(value) }
}

extension BFloat16: CustomStringConvertible {
  /// The shortest decimal that reads back as this number, in the notation of `Float`. Of integers up to 2²⁴, all digits.
  public var description: String {
    let number = Float(self)
    if !isFinite || number.rounded() == number && number.magnitude <= 0x1p24 { return number.description }
    #if hasFeature(Embedded)
      // Numbers can't be read from text there.
      return number.description
    #else
      return number < 0 ? "-\(shortest(-self))" : shortest(self)
    #endif
  }

  private func shortest(_ number: BFloat16) -> String {
    let exact = Double(number)
    // 10 to the power of `exponent` is the largest that is not above the number.
    var exponent = 0
    while powerOfTen(exponent + 1) <= exact { exponent += 1 }
    while powerOfTen(exponent) > exact { exponent -= 1 }
    for digits in 1...4 {
      let last = exponent - digits + 1
      let significand = exact / powerOfTen(last)
      let nearest = significand.rounded()
      // Below a power of two, numbers are closer together than above: the other decimal may be nearest to this number
      // where the nearer one is not.
      for candidate in [nearest, nearest < significand ? nearest + 1 : nearest - 1] {
        let decimal = "\(Int(candidate))e\(last)"
        if let value = Double(decimal), BFloat16(value) == number, let short = Float(decimal) {
          return short.description
        }
      }
    }
    return Float(number).description
  }

  private func powerOfTen(_ exponent: Int) -> Double {
    var power = 1.0
    for _ in 0..<exponent.magnitude { power *= 10 }
    return exponent < 0 ? 1 / power : power
  }
}
