internal import RealMath

/// A kind of number for the probabilities of paths, which get smaller than a `Double` can be.
protocol LatticeNumber: BitwiseCopyable {
  static var zero: Self { get }
  static var one: Self { get }

  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self

  /// eˣ for an x ≤ 0.
  init(exponential x: Double)

  /// log(this number / 2ⁿ), accurate where that is near 0.
  func logarithm(dividedByPower n: Double) -> Double
  var reciprocal: Self { get }
  var value: Double { get }
  var isZero: Bool { get }

  /// This number times 2ⁿ.
  func multiplied(byPower n: Double) -> Self

  /// Multiplies the numbers at two ranges by a power of two that gives the largest a certain exponent, if there are limits to
  /// what a number can be.
  static func rescale(
    _ first: Numbers<Self>, _ firstRange: Range<Int>, _ second: Numbers<Self>, _ secondRange: Range<Int>,
    to exponent: Double
  ) -> Rescaling
}

/// How numbers were brought into range.
struct Rescaling {
  /// They were multiplied by 2 to this power.
  var power = 0.0
  /// The exponent of the largest, after that. It is -∞ where there are no limits, and ∞ where nothing could be done.
  var largest = -Double.infinity
  /// Whether one may have vanished.
  var isLossy = false
}

/// Fast, with a range that must be watched.
extension Double: LatticeNumber {
  static var one: Double { 1 }

  @inline(__always)
  init(exponential x: Double) { self = expNonPositive(x) }

  func logarithm(dividedByPower n: Double) -> Double {
    let exponent = binaryExponent
    return log(multiplied(byPower: -exponent)) + (exponent - n) * .ln2
  }

  var reciprocal: Double { 1 / self }
  var value: Double { self }

  @inline(__always)
  func multiplied(byPower n: Double) -> Double {
    // Two factors, since one might be out of range where the product is not.
    let first = Swift.min(Swift.max(n, -1000), 1000)
    return self * Self.power(first) * Self.power(n - first)
  }

  /// A number that is greater has lost nothing to speak of: what vanishes is below 2⁻¹⁰²², and grows by no more than 2¹⁰⁰ before
  /// it is looked for.
  private static var safe: Double { 0x1p-800 }

  @inline(__always)
  static func rescale(
    _ first: Numbers<Double>, _ firstRange: Range<Int>, _ second: Numbers<Double>, _ secondRange: Range<Int>,
    to exponent: Double
  ) -> Rescaling {
    let (a, b) = (extremes(of: first, firstRange), extremes(of: second, secondRange))
    let (largest, smallest) = (Swift.max(a.largest, b.largest), Swift.min(a.smallest, b.smallest))
    guard largest > 0, largest.isFinite else { return Rescaling(largest: .infinity, isLossy: true) }
    let power = exponent - largest.binaryExponent
    for index in firstRange { first[index] = first[index].multiplied(byPower: power) }
    for index in secondRange { second[index] = second[index].multiplied(byPower: power) }
    return Rescaling(power: power, largest: exponent, isLossy: smallest < safe)
  }

  /// The largest and the smallest number of a range, in four lanes each.
  @inline(__always)
  static func extremes(
    of numbers: Numbers<Double>, _ range: Range<Int>
  ) -> (largest: Double, smallest: Double) {
    var (a, b, c, d) = (-Double.infinity, -Double.infinity, -Double.infinity, -Double.infinity)
    var (e, f, g, h) = (Double.infinity, Double.infinity, Double.infinity, Double.infinity)
    guard range.count >= 4 else {
      for index in range {
        a = Swift.max(a, numbers[index])
        e = Swift.min(e, numbers[index])
      }
      return (a, e)
    }
    var index = range.lowerBound
    while true {
      let (w, x) = (numbers[index], numbers[index &+ 1])
      let (y, z) = (numbers[index &+ 2], numbers[index &+ 3])
      (a, b, c, d) = (w > a ? w : a, x > b ? x : b, y > c ? y : c, z > d ? z : d)
      (e, f, g, h) = (w < e ? w : e, x < f ? x : f, y < g ? y : g, z < h ? z : h)
      // The last four may be numbers that were seen before.
      let last = range.upperBound &- 4
      if index == last { break }
      index = Swift.min(index &+ 4, last)
    }
    return (Swift.max(Swift.max(a, b), Swift.max(c, d)), Swift.min(Swift.min(e, f), Swift.min(g, h)))
  }
}

extension Double {
  static var ln2: Double { _ln2High + _ln2Low }

  /// 2ⁿ for the exponent n of a normal number.
  @inline(__always)
  static func power(_ n: Double) -> Double { _power(n + (_shift + _bias)) }

  /// The exponent of a positive normal number.
  @inline(__always)
  var binaryExponent: Double {
    Double(Int(truncatingIfNeeded: bitPattern &>> UInt64(Self.significandBitCount)) &- 1023)
  }
}
