public import RealMath
public import Tensors

#if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
  extension Float16: LossScalar {
    @export(implementation) @inline(__always)
    public init(computation: Float) {
      #if arch(x86_64)
        self.init(bitPattern: UInt16(bitPattern: SIMD8(repeating: computation).halfPatterns[0]))
      #else
        self.init(computation)
      #endif
    }

    @export(implementation) @inline(__always)
    public var computation: Float {
      #if arch(x86_64)
        SIMD8<Float>(halfPatterns: SIMD8(repeating: Int16(bitPattern: bitPattern)))[0]
      #else
        Float(self)
      #endif
    }
  }

  /// `Float16` where the platform has it, else another name for `Float`, for what is compiled for each type.
  @usableFromInline
  package typealias HalfPrecision = Float16
#else
  @usableFromInline
  package typealias HalfPrecision = Float
#endif

#if arch(x86_64)
  // Baseline x86-64 has no instruction for these conversions. The compiler would call a function for each number, which
  // takes many times as long as arithmetic on the bits of eight.
  extension SIMD8<Float> {
    /// Creates the numbers with these bits in half precision: a sign, five of the exponent, ten of the fraction.
    @export(implementation) @inline(__always)
    init(halfPatterns patterns: SIMD8<Int16>) {
      // Read as a `Float`, exponent and fraction mean 2⁻¹¹² times the number, also where it is subnormal.
      var halves = SIMD16<Int16>()
      halves.evenHalf = patterns &<< 13
      halves.oddHalf = patterns &>> 3 & ~0x7000
      // Infinity and NaN have the largest exponent in both.
      let largest = SIMD8<Int16>(repeating: 0x7c00)
      halves.oddHalf |= SIMD8<Int16>.zero.replacing(
        with: SIMD8<Int16>(repeating: 0x7000), where: patterns & largest .== largest)
      self = unsafe unsafeBitCast(halves, to: SIMD8<Float>.self) * 0x1p112
    }

    /// The bits of the nearest numbers in half precision, ties to even. NaN loses its payload.
    @export(implementation) @inline(__always)
    var halfPatterns: SIMD8<Int16> {
      let magnitude = SIMD8<Float>(bits: bits & 0x7fff_ffff)
      let infinity = SIMD8<Float>(repeating: 0x1p16)
      let limited = magnitude.replacing(with: infinity, where: magnitude .> infinity)
      // Subnormal numbers share the power of the smallest normal one.
      let smallest = SIMD8<Float>(repeating: 0x1p-14)
      let itsPower = SIMD8<Float>(bits: limited.bits & 0x7f80_0000)
      let power = itsPower.replacing(with: smallest, where: itsPower .< smallest)
      // A sum with 2¹³ times the power has room for ten bits of the fraction. They come last, behind the implicit 1,
      // which subnormal numbers do not have.
      let sum = limited + power * 0x1p13
      // A sum that is NaN is not less than this, the end that makes 0x7e00 of the power of infinity.
      let quiet = SIMD8<Float>(repeating: 0x1p29 + 0x1.18p20)
      let end = quiet.replacing(with: sum, where: sum .< quiet)
      // The 1, or what was carried, adds to the exponent. (The exponent of the sum would do, but then the compiler no
      // longer makes one instruction of the choice of the power.)
      let pattern = SIMD8<Float>(bits: end.bits &+ power.bits &>> 13)
      let bias = SIMD8<Int16>(repeating: Int16(truncatingIfNeeded: 113 << 10))
      return pattern.halves.evenHalf &- bias | halves.oddHalf & .min
    }

    @export(implementation) @inline(__always)
    init(bits: SIMD8<Int32>) { self = unsafe unsafeBitCast(bits, to: SIMD8<Float>.self) }

    @export(implementation) @inline(__always)
    var bits: SIMD8<Int32> { unsafe unsafeBitCast(self, to: SIMD8<Int32>.self) }

    /// The lower and the upper half of each number's bits.
    @export(implementation) @inline(__always)
    var halves: SIMD16<Int16> { unsafe unsafeBitCast(self, to: SIMD16<Int16>.self) }
  }
#endif
