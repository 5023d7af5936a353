/// Sums of products, as in a product of matrices.
enum PlainProduct {
  /// The sum of products. It may have been made in any order, with a rounding for each addition.
  static func sum(_ factors: [(Bounded, Bounded)], _ numbers: Precision) -> Bounded {
    var isUndecided = false
    let products = factors.map { a, b in
      // 0 · ∞ where the 0 may be another number.
      isUndecided =
        isUndecided || a.value.isInfinite && b.error >= b.value.magnitude && b.error > 0
        || b.value.isInfinite && a.error >= a.value.magnitude && a.error > 0
      return a * b
    }
    var sum = products.sum
    sum.ulp = numbers.ulp
    let magnitudes = products.reduce(0) { $0 + $1.value.magnitude }
    if isUndecided || products.contains(where: { $0.error == .infinity }) { sum.error = .infinity }
    if sum.value.isFinite, sum.error < .infinity {
      sum.error += Double(factors.count + 1) * numbers.ulp * magnitudes
    }
    return sum
  }
}
