internal import RealMath

/// Keeps track of how large the variables of a lattice's rows are, so as to rescale only those that need it.
///
/// A variable is a sum of at most three of the row before, times an emission that is at most 1. The largest one is no
/// less than the largest one before times the smallest emission, since a path can stay where it is, or go on.
struct RowScale {
  /// The exponent that the largest variable of a row gets when it is rescaled.
  let goal: Double
  /// Rows have been multiplied by 2 to this power.
  private(set) var exponent = 0.0
  /// Bounds of the binary logarithm of the largest variable.
  private var upper = 0.0
  private var lower = 0.0

  init(goal: Double) { self.goal = goal }

  /// How far the largest variable may be from its goal.
  private static var tolerance: Double { 100 }

  /// Whether the row must be rescaled.
  var isDue: Bool { !(lower >= goal - Self.tolerance && upper <= goal + Self.tolerance) }

  /// A bound of the binary logarithm of the largest variable, without the scale.
  var bound: Double { upper - exponent }

  /// Goes on to the next row.
  ///
  /// - Parameter logSmallest: The logarithm of the smallest emission.
  mutating func follow(logSmallest: Double) {
    upper += UnderflowBound.growth
    lower += logSmallest * Double.Traits.inverseLn2
  }

  mutating func apply(_ rescaling: Rescaling) {
    exponent += rescaling.exponent
    // An exponent is rounded down.
    (lower, upper) = (rescaling.largest, rescaling.largest + 1)
  }
}
