/// A sum of many numbers, as accurate as a single addition: the rounding errors are summed as well.
///
/// T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005),
/// https://doi.org/10.1137/030601818
@frozen @usableFromInline
package struct CompensatedSum {
  @usableFromInline var sum = 0.0
  @usableFromInline var lost = 0.0

  @export(implementation) @inline(__always)
  package init() {}

  @export(implementation) @inline(__always)
  package mutating func add(_ addend: Double) {
    let next = sum + addend
    // Knuth's TwoSum.
    let added = next - sum
    lost += (sum - (next - added)) + (addend - added)
    sum = next
  }

  /// The sum. The rounding errors of an infinite one mean nothing.
  @export(implementation) @inline(__always)
  package var value: Double { lost.isFinite ? sum + lost : sum }
}
