internal import RealMath

/// A bound of the probability of the paths that a lattice has lost because a number became too small for `Double`.
///
/// What a variable loses at a frame is less than 2⁻⁹²⁰ of a bound, α̂ₜ or β̂ₜ. This is the largest variable there,
/// which is kept within 2¹⁰⁰ of a certain power of two, or the largest at the frame it comes from, times that frame's
/// largest emission, since emissions vanish below 2⁻¹⁰²² of it. A loss may still matter, if a path begins badly and
/// ends better than all others.
///
/// - What only the forward variables lose at a state of frame t, or only the backward ones, adds up to less than
///   2⁻⁹²⁰ · α̂ₜ · β̂ₜ.
/// - What the forward variables lose at frame t and the backward ones at a frame u ≥ t adds up to less than 2⁻¹⁸⁴⁰ ·
///   α̂ₜ · β̂ᵤ · W, where W is a bound of the probability of what lies between. A step multiplies by no more than the
///   probabilities of a blank and two labels, and by no more than the sum of all classes.
///
/// Both are compared with the probability of the paths that were found.
struct UnderflowBound {
  /// The exponent of what a variable can lose, over the largest one.
  private static var loss: Double { -920 }
  /// The exponent of what may be lost, over the result.
  private static var allowance: Double { -60 }

  /// The exponent of what a variable can gain in one frame over the largest of the frame before: it is a sum of three.
  static var growth: Double { 2 }

  /// What there may be at each frame. All exponents are binary.
  private let limit: Double
  private let isForwardLossy: Bool
  /// The largest β̂ᵤ · W.
  private var reach = -Double.infinity
  private(set) var areNegligible = true

  init(frames: Int, states: Int, logLikelihood: Double, isForwardLossy: Bool) {
    limit = Self.allowance + (logLikelihood - log(Double(frames) * Double(states))) * Double.Traits.inverseLn2
    self.isForwardLossy = isForwardLossy
  }

  /// Takes the exponents of a frame's forward bound, and of the next frame's backward bound, into account.
  mutating func add(forward: Double, backward: Double) {
    let backward = backward + Self.growth
    areNegligible = areNegligible && forward + backward + Self.loss <= limit
    guard isForwardLossy else { return }
    reach = max(reach, backward)
    areNegligible = areNegligible && forward + reach + 2 * Self.loss <= limit
  }

  /// Takes the step to the frame before into account.
  ///
  /// - Parameters:
  ///   - logLargest: The logarithm of the frame's most probable class.
  ///   - sum: The sum of its classes' probabilities, over that one's.
  mutating func step(logLargest: Double, sum: @autoclosure () -> Double) {
    guard isForwardLossy else { return }
    reach += (logLargest + log(min(sum(), 3))) * Double.Traits.inverseLn2
  }
}
