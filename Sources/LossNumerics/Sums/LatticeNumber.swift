public import RealMath

/// A number that the exponential of a score can be.
@usableFromInline
package protocol ScoreExponential: BitwiseCopyable {
  /// eˣ for an x ≤ 0, as accurately as scores of a type deserve.
  init<C: RealScalar>(exponential x: Double, of _: C.Type)
}

/// A kind of number for the probabilities of paths, which get smaller than a `Double` can be.
@usableFromInline
package protocol LatticeNumber: ScoreExponential {
  associatedtype Lanes: LatticeLanes<Self>

  /// Whether it may underflow all the same. By default it does not, and is never rescaled.
  static var isLimited: Bool { get }

  static var zero: Self { get }
  static var one: Self { get }

  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self

  /// e^(x − logDivisor), as accurately as scores of a type deserve.
  init<C: RealScalar>(exponential x: Double, dividedByExponential logDivisor: Double, of _: C.Type)

  /// log(this number / 2ⁿ), accurate where that is near 0.
  func logarithm(dividedByTwoTo n: Double) -> Double
  var reciprocal: Self { get }
  var value: Double { get }
  var isZero: Bool { get }

  /// This number times 2ⁿ.
  func multiplied(byTwoTo n: Double) -> Self

  /// Multiplies the numbers at two ranges by a power of two that gives the largest the exponent `goal`, if there are
  /// limits to what a number can be.
  static func rescale(
    _ first: UncheckedBuffer<Self>, _ firstRange: Range<Int>, _ second: UncheckedBuffer<Self>,
    _ secondRange: Range<Int>,
    to goal: Double
  ) -> Rescaling
}

extension LatticeNumber {
  @export(implementation) @inline(__always)
  package init<C: RealScalar>(exponential x: Double, dividedByExponential logDivisor: Double, of _: C.Type) {
    self.init(exponential: x - logDivisor, of: C.self)
  }

  @export(implementation) @inline(__always)
  package static var isLimited: Bool { false }

  @export(implementation) @inline(__always)
  package static func rescale(
    _: UncheckedBuffer<Self>, _: Range<Int>, _: UncheckedBuffer<Self>, _: Range<Int>, to _: Double
  ) -> Rescaling {
    Rescaling()
  }
}

/// Neighbouring numbers that are computed at once.
@usableFromInline
package protocol LatticeLanes<Number> {
  associatedtype Number: LatticeNumber

  static var count: Int { get }

  init(_ numbers: UncheckedBuffer<Number>, at index: Int)

  /// The numbers at places that are found from an index on.
  init(_ numbers: UncheckedBuffer<Number>, atPlaces places: UncheckedBuffer<Int>, from index: Int)
  init(repeating number: Number)

  func store(to numbers: UncheckedBuffer<Number>, at index: Int)

  static func + (a: Self, b: Self) -> Self
  static func * (a: Self, b: Self) -> Self
}

/// How numbers were brought into range.
@frozen @usableFromInline
package struct Rescaling {
  /// They were multiplied by 2 to this power.
  @usableFromInline package var exponent = 0.0
  /// The exponent of the largest, after that. It is -∞ where there are no limits, and ∞ where nothing could be done.
  @usableFromInline package var largest = -Double.infinity
  /// Whether one may have vanished.
  @usableFromInline package var isLossy = false

  @export(implementation) @inline(__always)
  package init(exponent: Double = 0, largest: Double = -.infinity, isLossy: Bool = false) {
    self.exponent = exponent
    self.largest = largest
    self.isLossy = isLossy
  }
}

/// Fast, with a range that must be watched.
extension Double: LatticeNumber {
  @usableFromInline package typealias Lanes = SIMD2<Double>

  @export(implementation) @inline(__always)
  package static var isLimited: Bool { true }
  @export(implementation) @inline(__always)
  package static var one: Double { 1 }

  @export(implementation) @inline(__always)
  package init<C: RealScalar>(exponential x: Double, of _: C.Type) {
    self = C.self == Float.self ? coarseExpNonPositive(x) : expNonPositive(x)
  }

  @export(implementation) @inline(__always)
  package func logarithm(dividedByTwoTo n: Double) -> Double {
    let exponent = binaryExponent
    return log(multiplied(byTwoTo: -exponent)) + (exponent - n) * .ln2
  }

  @export(implementation) @inline(__always)
  package var reciprocal: Double { 1 / self }
  @export(implementation) @inline(__always)
  package var value: Double { self }

  @export(implementation) @inline(__always)
  package func multiplied(byTwoTo n: Double) -> Double {
    // Two factors, since one might be out of range where the product is not. Beyond what both can be, so much has
    // vanished that the result is not used.
    let first = Swift.min(Swift.max(n, -1000), 1000)
    let second = Swift.min(Swift.max(n - first, -1022), 1023)
    return self * Self.power(first) * Self.power(second)
  }

  /// A number that is greater has lost nothing to speak of: what vanishes is below 2⁻¹⁰²², and grows by no more than
  /// 2¹⁰⁰ before it is looked for.
  @export(implementation) @inline(__always)
  static var safe: Double { 0x1p-800 }

  @export(implementation) @inline(__always)
  package static func rescale(
    _ first: UncheckedBuffer<Double>, _ firstRange: Range<Int>, _ second: UncheckedBuffer<Double>,
    _ secondRange: Range<Int>,
    to goal: Double
  ) -> Rescaling {
    let (a, b) = (first.extremes(in: firstRange), second.extremes(in: secondRange))
    let (largest, smallest) = (Swift.max(a.largest, b.largest), Swift.min(a.smallest, b.smallest))
    guard largest > 0, largest.isFinite else { return Rescaling(largest: .infinity, isLossy: true) }
    let exponent = goal - largest.binaryExponent
    for index in firstRange { first[index] = first[index].multiplied(byTwoTo: exponent) }
    for index in secondRange { second[index] = second[index].multiplied(byTwoTo: exponent) }
    return Rescaling(exponent: exponent, largest: goal, isLossy: smallest < safe)
  }
}

extension SIMD2<Double>: LatticeLanes {
  @usableFromInline package typealias Number = Double

  @export(implementation) @inline(__always)
  package static var count: Int { 2 }

  @export(implementation) @inline(__always)
  package init(_ numbers: UncheckedBuffer<Double>, at index: Int) { self = numbers[pairAt: index] }

  @export(implementation) @inline(__always)
  package init(_ numbers: UncheckedBuffer<Double>, atPlaces places: UncheckedBuffer<Int>, from index: Int) {
    self.init(numbers[places[index]], numbers[places[index &+ 1]])
  }

  @export(implementation) @inline(__always)
  package func store(to numbers: UncheckedBuffer<Double>, at index: Int) { numbers[pairAt: index] = self }
}

extension UncheckedBuffer where Element: RealScalar {
  /// The largest and the smallest number of a range.
  @export(implementation) @inline(__always)
  package func extremes(in range: Range<Int>) -> (largest: Element, smallest: Element) {
    let numbers = advanced(by: range.lowerBound)
    return (
      Lanes.reduce(count: range.count, -.infinity, { $1 > $0 ? $1 : $0 }, { numbers[$0] }),
      Lanes.reduce(count: range.count, .infinity, { $1 < $0 ? $1 : $0 }, { numbers[$0] })
    )
  }
}

extension Double {
  @export(implementation) @inline(__always)
  package static var ln2: Double { Traits.ln2High + Traits.ln2Low }

  /// 2ⁿ for the exponent n of a normal number.
  @export(implementation) @inline(__always)
  package static func power(_ n: Double) -> Double { Traits.power(n + (Traits.shift + Traits.bias)) }

  /// The exponent of a positive normal number.
  @export(implementation) @inline(__always)
  package var binaryExponent: Double {
    Double(Int(truncatingIfNeeded: bitPattern &>> UInt64(Self.significandBitCount)) &- 1023)
  }
}

extension UncheckedBuffer<Double> {
  /// The number at an index and its neighbour.
  @export(implementation) @inline(__always)
  package subscript(pairAt index: Int) -> SIMD2<Double> {
    get { unsafe UnsafeRawPointer(pointer + index).loadUnaligned(as: SIMD2<Double>.self) }
    nonmutating set {
      unsafe UnsafeMutableRawPointer(pointer + index).storeBytes(of: newValue, as: SIMD2<Double>.self)
    }
  }
}
