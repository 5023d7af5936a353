public import RealMath

#if !(os(macOS) && arch(x86_64))
  extension Float16: LossScalar {
    @inlinable @inline(__always)
    public init(computation: Float) {
      #if arch(x86_64)
        self.init(bitPattern: computation.halfPattern)
      #else
        self.init(computation)
      #endif
    }

    @inlinable @inline(__always)
    public var computation: Float {
      #if arch(x86_64)
        Float(halfPattern: bitPattern)
      #else
        Float(self)
      #endif
    }
  }

  /// `Float16` where the platform has it, for what is compiled for each type.
  @usableFromInline typealias HalfPrecision = Float16
#else
  @usableFromInline typealias HalfPrecision = Float
#endif

#if arch(x86_64)
  // Baseline x86-64 has no instruction for these conversions. The compiler calls a function for each number then, which
  // takes many times as long as arithmetic on the bits in a loop that vectorises.
  extension Float {
    /// The number with these bits in half precision: a sign, five of the exponent, ten of the fraction.
    @inlinable @inline(__always)
    init(halfPattern: UInt16) {
      // In the places of a `Float`, behind the sign, they mean 2⁻¹¹² of the number, also where it is subnormal.
      let placed = Int32(bitPattern: UInt32(halfPattern) << 16) >> 3 & ~0x7000_0000
      let number = Float(bitPattern: UInt32(bitPattern: placed)) * 0x1p112
      // Infinity and NaN have the largest exponent in both.
      let exponent: UInt32 = number.magnitude >= 0x1p16 ? 0x7f80_0000 : 0
      self.init(bitPattern: number.bitPattern | exponent)
    }

    /// The bits of the nearest number in half precision, the even one of two. NaN loses what it carries.
    @inlinable @inline(__always)
    var halfPattern: UInt16 {
      let magnitude: Float = magnitude < 0x1p16 ? magnitude : 0x1p16
      let power = Float(bitPattern: magnitude.bitPattern & 0x7f80_0000)
      // That of the smallest normal number counts for the subnormal ones too.
      let exponent = (power > 0x1p-14 ? power : 0x1p-14).bitPattern
      // A sum with 2¹³ times the power has no room for more than ten bits of the fraction: what it is above that
      let addend = exponent &+ 13 << 23
      let significand = (magnitude + Float(bitPattern: addend)).bitPattern &- addend
      // begins with the 1 that is not written, unless it is subnormal, and may carry into the exponent.
      let finite = (exponent &- (0x1p-14 as Float).bitPattern) >> 13 &+ significand
      let quiet: UInt32 = self != self ? 0x7e00 : 0
      return UInt16(truncatingIfNeeded: finite | quiet | bitPattern >> 16 & 0x8000)
    }
  }
#endif
