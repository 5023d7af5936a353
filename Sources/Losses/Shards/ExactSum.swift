internal import LossEngine

/// A sum of numbers without rounding errors, which does not depend on their order.
///
/// It is kept as its nearest number, the number nearest to what that leaves, and so on: in nearly all cases, one to three
/// numbers.
///
/// J. R. Shewchuk, Adaptive precision floating-point arithmetic and fast robust geometric predicates, Discrete Comput.
/// Geom. 18 (1997), [doi:10.1007/PL00009321](https://doi.org/10.1007/PL00009321).
struct ExactSum: Hashable, Sendable {
  /// Each is the nearest to what those before it leave of the sum.
  private var terms: [Double] = []
  /// The sum of what is not finite: 0 where everything is.
  private var nonFinite = 0.0

  /// The number nearest to the sum.
  var value: Double { nonFinite == 0 ? terms.first ?? 0 : nonFinite }

  mutating func add(_ other: ExactSum) {
    for term in other.terms { add(term) }
    if other.nonFinite != 0 { add(other.nonFinite) }
  }

  mutating func add(_ number: Double) {
    // Increasing in magnitude, none of which shares digits with another.
    var expansion = Self.sum(of: terms.reversed(), and: number)
    if let largest = expansion.last, !largest.isFinite || !number.isFinite {
      nonFinite += number.isFinite ? largest : number
      if nonFinite.isNaN { nonFinite = .nan }
      return
    }
    terms = []
    while !expansion.isEmpty {
      let nearest = Self.nearest(to: expansion)
      terms.append(nearest)
      expansion = Self.sum(of: expansion, and: -nearest)
    }
  }

  /// Returns the sum of an expansion and a number as an expansion, without zeros.
  private static func sum(of expansion: [Double], and number: Double) -> [Double] {
    var (result, carry) = ([Double](), number)
    for term in expansion {
      let next = twoSum(carry, term)
      if next.error != 0 { result.append(next.error) }
      carry = next.sum
    }
    if carry != 0 { result.append(carry) }
    return result
  }

  /// Returns the number nearest to an expansion that is not empty.
  private static func nearest(to expansion: [Double]) -> Double {
    var (sum, lost, index) = (expansion.last!, 0.0, expansion.count - 1)
    while index > 0, lost == 0 {
      index -= 1
      let next = sum + expansion[index]
      lost = expansion[index] - (next - sum)
      sum = next
    }
    // Halfway between two numbers, the sign of what comes after decides.
    if index > 0, lost != 0, (lost < 0) == (expansion[index - 1] < 0) {
      let other = sum + 2 * lost
      if other - sum == 2 * lost { sum = other }
    }
    return sum
  }
}

#if !hasFeature(Embedded)
  extension ExactSum: Codable {
    func encode(to encoder: any Encoder) throws {
      try (terms + (nonFinite == 0 ? [] : [nonFinite])).map { CodedNumber($0) }.encode(to: encoder)
    }

    init(from decoder: any Decoder) throws {
      for number in try [CodedNumber](from: decoder) { add(number.value) }
    }
  }
#endif
