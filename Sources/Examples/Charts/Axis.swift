import Foundation

/// How numbers are laid along an axis.
package enum Scale: Sendable {
  case linear
  /// Equal ratios at equal distances; numbers that are not positive have no place.
  case logarithmic

  /// Whether a number can be drawn. Those beyond any use are left out, lest the ticks overflow.
  func hasPlace(for number: Double) -> Bool {
    abs(number) < 1e100 && (self == .linear || number > 1e-100)
  }
}

/// A number as it stands at a tick: with a minus sign, not a hyphen, and no fraction where it has none.
package func label(_ number: Double) -> String {
  let text = "\(number.magnitude)"
  return (number < 0 ? "−" : "") + (text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
}

/// A range of numbers with ticks at round ones.
struct Axis {
  let ticks: [Double]
  private let scale: Scale
  private let bounds: ClosedRange<Double>

  /// A linear axis that ends where the numbers do.
  init(tightly numbers: [Double], tickCount: Int, ticksAreWhole: Bool) {
    let bounds = Self.bounds(of: numbers, scale: .linear)
    let ticks = Self.linearTicks(bounds, count: tickCount, leastExponent: ticksAreWhole ? 0 : .min)
    self.init(ticks: ticks, scale: .linear, bounds: bounds)
  }

  /// An axis that begins at a tick, and ends at one or, if it is logarithmic, just above the highest number.
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

  /// The range of the numbers that have a place, or a larger one if they are all but the same.
  private static func bounds(of numbers: [Double], scale: Scale) -> ClosedRange<Double> {
    let places = numbers.filter(scale.hasPlace)
    guard let lowest = places.min(), let highest = places.max() else { return 1...2 }
    let scale = max(abs(lowest), abs(highest))
    return lowest...(highest - lowest > max(1e-9 * scale, 1e-100) ? highest : highest + scale + 1)
  }

  /// Where a number lies, from 0 at the lower end to 1 at the upper, or `nil` if it has no place.
  func position(_ number: Double) -> Double? {
    guard scale.hasPlace(for: number) else { return nil }
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

  /// 1, 2 and 5 times the powers of ten if these are not too many, else powers alone; from below the bounds to
  /// above them.
  private static func logarithmicTicks(_ bounds: ClosedRange<Double>, count: Int) -> [Double] {
    let exponents = Int(floor(log10(bounds.lowerBound)))...Int(ceil(log10(bounds.upperBound)))
    let fine = exponents.flatMap { exponent in [1, 2, 5].map { decimal($0, exponent) } }
    let first = fine.lastIndex { $0 <= bounds.lowerBound } ?? 0
    let last = fine.firstIndex { $0 >= bounds.upperBound } ?? fine.count - 1
    if last - first < 2 * count { return Array(fine[first...last]) }
    let step = (exponents.count - 1) / count + 1
    return stride(from: exponents.lowerBound, through: exponents.upperBound, by: step).map { decimal(1, $0) }
  }

  /// The number that is written so: 3 and -1 give exactly what the literal 0.3 does, which 3 · 0.1 is not.
  private static func decimal(_ digits: Double, _ exponent: Int) -> Double {
    exponent < 0 ? digits / pow(10, Double(-exponent)) : digits * pow(10, Double(exponent))
  }
}
