internal import RealMath

/// Keeps track of how large the variables of a lattice's rows are, so as to rescale only those that need it.
///
/// A variable is a sum of at most three of the row before, times an emission that is at most 1. The largest one is no
/// less than the largest one before times the smallest emission, since a path can stay where it is, or go on.
struct RowScale {
  /// The exponent that the largest variable of a row gets when it is rescaled.
  let exponent: Double
  /// The power of two that rows have been multiplied by.
  private(set) var power = 0.0
  /// Bounds of the binary logarithm of the largest variable.
  private var upper = 0.0
  private var lower = 0.0

  init(exponent: Double) { self.exponent = exponent }

  /// How far the largest variable may be from its exponent.
  private static var tolerance: Double { 100 }

  /// Whether the row must be rescaled.
  var isDue: Bool { !(lower >= exponent - Self.tolerance && upper <= exponent + Self.tolerance) }

  /// A bound of the binary logarithm of the largest variable, without the scale.
  var bound: Double { upper - power }

  /// Goes on to the next row.
  ///
  /// - Parameter logSmallest: The logarithm of the smallest emission.
  mutating func follow(logSmallest: Double) {
    upper += UnderflowBound.growth
    lower += logSmallest * Double.Traits.inverseLn2
  }

  mutating func apply(_ rescaling: Rescaling) {
    power += rescaling.power
    // An exponent is rounded down.
    (lower, upper) = (rescaling.largest, rescaling.largest + 1)
  }
}
