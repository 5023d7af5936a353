public import RealMath

/// A number that is not negative, with the precision of `Double` and an exponent that does not run out.
///
/// ```
/// significand · 2ᵉ,   1 ≤ significand < 2, or 0
/// ```
@frozen @usableFromInline
package struct WideDouble: LatticeNumber {
  @usableFromInline let significand: Double
  /// An integer. That of zero is -∞.
  @usableFromInline let exponent: Double

  /// - Parameter number: Zero, a normal number, or NaN.
  @export(implementation) @inline(__always)
  init(_ number: Double, scaledBy exponent: Double) {
    guard number > 0 else {
      (significand, self.exponent) = (number, -.infinity)
      return
    }
    let numberExponent = number.binaryExponent
    significand = number * .power(-numberExponent)
    self.exponent = exponent + numberExponent
  }

  @export(implementation) @inline(__always)
  package static var zero: WideDouble { WideDouble(0, scaledBy: 0) }
  @export(implementation) @inline(__always)
  package static var one: WideDouble { WideDouble(1, scaledBy: 0) }

  @export(implementation) @inline(__always)
  package init<C: RealScalar>(exponential x: Double, of _: C.Type) {
    guard x.isFinite else {
      self.init(x.isNaN ? x : 0, scaledBy: 0)
      return
    }
    let n = (x * Double.Traits.inverseLn2).rounded()
    let rest = (x - n * Double.Traits.ln2High) - n * Double.Traits.ln2Low
    // For an x so large that its neighbours are far away the rest is rounding errors.
    self.init(exp(min(max(rest, -1), 1)), scaledBy: n)
  }

  @export(implementation) @inline(__always)
  package static func + (a: WideDouble, b: WideDouble) -> WideDouble {
    let (larger, smaller) = a.exponent >= b.exponent ? (a, b) : (b, a)
    if smaller.significand == 0 { return larger }
    // Further away, nothing of the smaller number is left in the sum.
    let distance = Swift.min(larger.exponent - smaller.exponent, 64)
    let aligned = smaller.significand * .power(-distance)
    return WideDouble(larger.significand + aligned, scaledBy: larger.exponent)
  }

  @export(implementation) @inline(__always)
  package static func * (a: WideDouble, b: WideDouble) -> WideDouble {
    WideDouble(a.significand * b.significand, scaledBy: a.exponent + b.exponent)
  }

  @export(implementation) @inline(__always)
  package func logarithm(dividedByTwoTo n: Double) -> Double { log(significand) + (exponent - n) * .ln2 }

  @export(implementation) @inline(__always)
  package var reciprocal: WideDouble { WideDouble(1 / significand, scaledBy: -exponent) }

  @export(implementation) @inline(__always)
  package var value: Double {
    if exponent == -.infinity { return significand }
    return exponent < -1000 ? 0 : significand * .power(exponent)
  }

  @export(implementation) @inline(__always)
  package var isZero: Bool { significand == 0 }

  @export(implementation) @inline(__always)
  package func multiplied(byTwoTo n: Double) -> WideDouble { WideDouble(significand, scaledBy: exponent + n) }
}

extension WideDouble: LatticeLanes {
  @usableFromInline package typealias Number = WideDouble
  @usableFromInline package typealias Lanes = WideDouble
}

/// One at a time.
extension LatticeLanes where Number == Self {
  @export(implementation) @inline(__always)
  package static var count: Int { 1 }

  @export(implementation) @inline(__always)
  package init(_ numbers: UncheckedBuffer<Self>, at index: Int) { self = numbers[index] }

  @export(implementation) @inline(__always)
  package init(_ numbers: UncheckedBuffer<Self>, atPlaces places: UncheckedBuffer<Int>, from index: Int) {
    self = numbers[places[index]]
  }

  @export(implementation) @inline(__always)
  package init(repeating number: Self) { self = number }

  @export(implementation) @inline(__always)
  package func store(to numbers: UncheckedBuffer<Self>, at index: Int) { numbers[index] = self }
}
