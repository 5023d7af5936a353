internal import LossEngine
internal import RealMath

/// A number that is not negative, with the precision of `Double` and an exponent that does not run out.
///
/// ```
/// significand · 2ᵉ,   1 ≤ significand < 2, or 0
/// ```
struct WideDouble: LatticeNumber {
  private let significand: Double
  /// An integer. That of zero is -∞.
  private let exponent: Double

  /// - Parameter number: Zero, a normal number, or NaN.
  @inline(__always)
  private init(_ number: Double, scaledBy exponent: Double) {
    guard number > 0 else {
      (significand, self.exponent) = (number, -.infinity)
      return
    }
    let power = number.binaryExponent
    significand = number * .power(-power)
    self.exponent = exponent + power
  }

  static var isLimited: Bool { false }
  static var zero: WideDouble { WideDouble(0, scaledBy: 0) }
  static var one: WideDouble { WideDouble(1, scaledBy: 0) }

  init<C: RealScalar>(exponential x: Double, of _: C.Type) {
    guard x.isFinite else {
      self.init(x.isNaN ? x : 0, scaledBy: 0)
      return
    }
    let n = (x * Double.Traits.inverseLn2).rounded()
    let rest = (x - n * Double.Traits.ln2High) - n * Double.Traits.ln2Low
    // For an x so large that its neighbours are far away the rest is rounding errors.
    self.init(exp(min(max(rest, -1), 1)), scaledBy: n)
  }

  @inline(__always)
  static func + (a: WideDouble, b: WideDouble) -> WideDouble {
    let (larger, smaller) = a.exponent >= b.exponent ? (a, b) : (b, a)
    if smaller.significand == 0 { return larger }
    // Further away, nothing of the smaller number is left in the sum.
    let distance = Swift.min(larger.exponent - smaller.exponent, 64)
    let aligned = smaller.significand * .power(-distance)
    return WideDouble(larger.significand + aligned, scaledBy: larger.exponent)
  }

  @inline(__always)
  static func * (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand * b.significand, scaledBy: a.exponent + b.exponent)
  }

  func logarithm(dividedByPower n: Double) -> Double { log(significand) + (exponent - n) * .ln2 }

  var reciprocal: WideDouble { WideDouble(1 / significand, scaledBy: -exponent) }

  var value: Double {
    if exponent == -.infinity { return significand }
    return exponent < -1000 ? 0 : significand * .power(exponent)
  }

  var isZero: Bool { significand == 0 }

  func multiplied(byPower n: Double) -> WideDouble { WideDouble(significand, scaledBy: exponent + n) }

  static func rescale(
    _: UncheckedBuffer<WideDouble>, _: Range<Int>, _: UncheckedBuffer<WideDouble>, _: Range<Int>, to _: Double
  ) -> Rescaling {
    Rescaling()
  }
}

/// One at a time.
extension WideDouble: LatticeLanes {
  typealias Number = WideDouble
  typealias Lanes = WideDouble

  static var count: Int { 1 }

  init(_ numbers: UncheckedBuffer<WideDouble>, at index: Int) { self = numbers[index] }

  init(_ numbers: UncheckedBuffer<WideDouble>, atPlaces places: UncheckedBuffer<Int>, from index: Int) {
    self = numbers[places[index]]
  }

  init(repeating number: WideDouble) { self = number }

  func store(to numbers: UncheckedBuffer<WideDouble>, at index: Int) { numbers[index] = self }
}
