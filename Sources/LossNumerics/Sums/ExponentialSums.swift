public import RealMath

/// The sums of the exponentials of columns, in each of which the largest is 1.
///
/// Where a class is nearly certain, the others are below the rounding error of a sum that includes the 1, and may be all
/// that matters. So a 1 is only counted. The sum is `sumsMinusOne` + `parts` + `ones`.
@frozen @usableFromInline
package struct ExponentialSums<C: RealScalar> {
  @usableFromInline package let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline package let ones: UncheckedBuffer<C>
  /// The sums of a few lines, in their own precision.
  @usableFromInline package let parts: UncheckedBuffer<C>

  /// The number of lines that are added to `parts` before these are added to the sums.
  @export(implementation) @inline(__always)
  package static var linesPerPart: Int { 32 }

  @export(implementation) @inline(__always)
  package init(sumsMinusOne: UncheckedBuffer<Double>, ones: UncheckedBuffer<C>, parts: UncheckedBuffer<C>) {
    self.sumsMinusOne = sumsMinusOne
    self.ones = ones
    self.parts = parts
  }

  /// Begins the sums of some columns.
  @export(implementation) @inline(__always)
  package func begin(columns: Int) {
    sumsMinusOne.clear(count: columns)
    ones.clear(count: columns)
    parts.clear(count: columns)
  }

  /// Adds everything to `sumsMinusOne`, after the last line.
  @export(implementation) @inline(__always)
  package func finish(columns: Int) {
    for column in 0..<columns { sumsMinusOne[column] += Double(parts[column]) + Double(ones[column] - 1) }
  }
}
