/// The range of sums of squares and other powers, and how to bring vectors into it.
@usableFromInline
package enum PowerSums {
  /// Sums so far from the ends of the range that the powers that matter are normal numbers.
  @export(implementation) @inline(__always)
  package static var accurate: ClosedRange<Double> { 0x1p-800...0x1p800 }

  /// Returns the power of two that brings a vector's largest magnitude near 1. To multiply by it rounds nothing.
  package static func scale(largest: Double) -> Double {
    if largest == 0 || !largest.isFinite { return 1 }
    return Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1)
  }
}
