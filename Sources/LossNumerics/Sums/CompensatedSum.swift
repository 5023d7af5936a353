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
    let next = twoSum(sum, addend)
    lost += next.error
    sum = next.sum
  }

  /// The sum. The rounding errors of an infinite one mean nothing.
  @export(implementation) @inline(__always)
  package var value: Double { lost.isFinite ? sum + lost : sum }
}

/// Returns the rounded sum of two numbers, and its error: together they are what a and b are.
///
/// D. E. Knuth, The Art of Computer Programming, volume 2, section 4.2.2, theorem B.
@export(implementation) @inline(__always)
package func twoSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
  let sum = a + b
  let added = sum - a
  return (sum, (a - (sum - added)) + (b - added))
}
