/// A sum of many numbers, as accurate as a single addition: the rounding errors are summed as well.
///
/// T. Ogita, S. M. Rump, S. Oishi, Accurate sum and dot product, SIAM J. Sci. Comput. 26 (2005),
/// https://doi.org/10.1137/030601818
struct CompensatedSum {
  private var sum = 0.0
  private var lost = 0.0

  init() {}

  mutating func add(_ addend: Double) {
    let next = sum + addend
    // Knuth's TwoSum.
    let added = next - sum
    lost += (sum - (next - added)) + (addend - added)
    sum = next
  }

  /// The sum. The rounding errors of an infinite one mean nothing.
  var value: Double { lost.isFinite ? sum + lost : sum }
}
