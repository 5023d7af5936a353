/// A sum of many numbers as accurate as one addition: what each addition loses to rounding is summed up as well.
///
/// T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005),
/// https://doi.org/10.1137/030601818
package struct CompensatedSum {
  private var sum = 0.0
  private var lost = 0.0

  package init() {}

  package mutating func add(_ addend: Double) {
    let next = sum + addend
    // Knuth's TwoSum.
    let added = next - sum
    lost += (sum - (next - added)) + (addend - added)
    sum = next
  }

  /// The sum; of an infinite one nothing is lost that could be known.
  package var value: Double { lost.isFinite ? sum + lost : sum }
}
