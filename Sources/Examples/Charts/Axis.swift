import Foundation

/// The scale of an axis.
package enum Scale: Sendable {
  case linear
  /// Equal ratios have equal distances; only positive numbers have a position.
  case logarithmic

  /// Whether a number can be drawn. Extreme numbers cannot: they would overflow the ticks.
  func hasPosition(for number: Double) -> Bool {
    abs(number) < 1e100 && (self == .linear || number > 1e-100)
  }
}

/// The text of a number at a tick: with a minus sign instead of a hyphen, and without a trailing ".0". A power of ten
/// that is a million or more is written as one: 10⁶.
package func label(_ number: Double) -> String {
  let exponent = log10(number)
  if exponent >= 6, exponent == exponent.rounded() {
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    return "10" + "\(Int(exponent))".compactMap(\.wholeNumberValue).map { String(superscripts[$0]) }.joined()
  }
  let text = "\(number.magnitude)"
  return (number < 0 ? "−" : "") + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
}

/// A range of numbers with ticks at round numbers.
struct Axis {
  let ticks: [Double]
  private let scale: Scale
  private let bounds: ClosedRange<Double>

  /// Creates a linear axis with exactly the range of the numbers.
  init(tightly numbers: [Double], tickCount: Int, ticksAreWhole: Bool) {
    let bounds = Self.bounds(of: numbers, scale: .linear)
    let ticks = Self.linearTicks(bounds, count: tickCount, leastExponent: ticksAreWhole ? 0 : .min)
    self.init(ticks: ticks, scale: .linear, bounds: bounds)
  }

  /// Creates an axis that begins at a tick and ends at one or, if it is logarithmic, just above the highest number.
  init(_ numbers: [Double], scale: Scale, tickCount: Int) {
    var bounds = Self.bounds(of: numbers, scale: scale)
    switch scale {
    case .linear:
      let ticks = Self.linearTicks(bounds, count: tickCount)
      bounds = min(ticks[0], bounds.lowerBound)...max(ticks[ticks.count - 1], bounds.upperBound)
      self.init(ticks: ticks, scale: scale, bounds: bounds)
    case .logarithmic:
      let ticks = Self.logarithmicTicks(bounds, count: tickCount)
      let margin = pow(bounds.upperBound / bounds.lowerBound, 0.05)
      bounds = min(ticks[0], bounds.lowerBound)...(bounds.upperBound * margin)
      self.init(ticks: ticks, scale: scale, bounds: bounds)
    }
  }

  private init(ticks: [Double], scale: Scale, bounds: ClosedRange<Double>) {
    self.ticks = ticks.filter(bounds.contains)
    self.scale = scale
    self.bounds = bounds
  }

  /// The range of the numbers that have a position, widened if they are nearly equal.
  private static func bounds(of numbers: [Double], scale: Scale) -> ClosedRange<Double> {
    let drawn = numbers.filter(scale.hasPosition)
    guard let lowest = drawn.min(), let highest = drawn.max() else { return 1...2 }
    let scale = max(abs(lowest), abs(highest))
    return lowest...(highest - lowest > max(1e-9 * scale, 1e-100) ? highest : highest + scale + 1)
  }

  /// The position of a number, from 0 at the lower end to 1 at the upper, or `nil` if it cannot be drawn.
  func position(_ number: Double) -> Double? {
    guard scale.hasPosition(for: number) else { return nil }
    let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
    return scale == .linear
      ? (number - lower) / (upper - lower)
      : log(number / lower) / log(upper / lower)
  }

  /// Multiples of 1, 2 or 5 times a power of ten, from below the bounds to above them.
  private static func linearTicks(
    _ bounds: ClosedRange<Double>,
    count: Int,
    leastExponent: Int = .min
  ) -> [Double] {
    let roughStep = bounds.upperBound / Double(count) - bounds.lowerBound / Double(count)
    let exponent = max(Int(floor(log10(roughStep))), leastExponent)
    let digits = [1, 2, 5].first { decimal($0, exponent) >= roughStep } ?? 10
    let step = decimal(digits, exponent)
    return stride(from: floor(bounds.lowerBound / step), through: ceil(bounds.upperBound / step), by: 1)
      .map { decimal($0 * digits, exponent) }
  }

  /// 1, 2 and 5 times the powers of ten, or powers of ten alone if those are too many; from below the bounds to above
  /// them.
  private static func logarithmicTicks(_ bounds: ClosedRange<Double>, count: Int) -> [Double] {
    let exponents = Int(floor(log10(bounds.lowerBound)))...Int(ceil(log10(bounds.upperBound)))
    let fine = exponents.flatMap { exponent in [1, 2, 5].map { decimal($0, exponent) } }
    let first = fine.lastIndex { $0 <= bounds.lowerBound } ?? 0
    let last = fine.firstIndex { $0 >= bounds.upperBound } ?? fine.count - 1
    if last - first < 2 * count { return Array(fine[first...last]) }
    let step = (exponents.count - 1) / count + 1
    return stride(from: exponents.lowerBound, through: exponents.upperBound, by: step).map { decimal(1, $0) }
  }

  /// The number `digits`·10^`exponent`, correctly rounded: 3 and −1 give exactly the literal 0.3, unlike 3 · 0.1.
  private static func decimal(_ digits: Double, _ exponent: Int) -> Double {
    exponent < 0 ? digits / pow(10, Double(-exponent)) : digits * pow(10, Double(exponent))
  }
}
