public import RealMath

/// The sums of the exponentials of columns, in each of which the largest is 1.
///
/// Where a class is nearly certain, the others are below the rounding error of a sum with that 1 in it, and may be all
/// that matters. So a 1 is only counted. The sum is that of rest, part and ones.
@usableFromInline
struct ExponentialSums<C: RealScalar> {
  @usableFromInline let rests: Numbers<Double>
  @usableFromInline let ones: Numbers<C>
  /// The sums of a few lines, in their own precision.
  @usableFromInline let parts: Numbers<C>
  /// How many.
  @inlinable @inline(__always)
  static var partSize: Int { 32 }

  @inlinable @inline(__always)
  init(rests: Numbers<Double>, ones: Numbers<C>, parts: Numbers<C>) {
    self.rests = rests
    self.ones = ones
    self.parts = parts
  }
}
