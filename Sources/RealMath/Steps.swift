// Functions in two steps, for two loops.
//
// A processor keeps some hundred operations in view that wait for the results of others. What a loop takes is
// therefore its operations times the length of their chain, and two short loops over a block in cache are faster than
// a long one. Both steps together give the bits of the function.

/// The exponential function in two steps.
///
/// ```
/// x = n · ln 2 + r,   eˣ = 2ⁿ · eʳ
/// ```
///
///     let steps = [-1, 0, 1].map { (x: Float) in ExponentialSteps(near: x) }
///     print(steps.map(\.value))  // [0.36787945, 1.0, 2.7182817]
@frozen
public struct ExponentialSteps<S: RealScalar> {
  /// r.
  public var remainder: S
  /// 2ⁿ.
  public var power: S
  /// What tells whether x was near enough to zero for the first step: `suffices(_:)`.
  public var mark: S.RawSignificand

  /// The results of a first step. A remainder of 0 makes the power the value.
  @export(implementation) @inline(__always)
  public init(remainder: S, power: S, mark: S.RawSignificand = 0) {
    self.remainder = remainder
    self.power = power
    self.mark = mark
  }

  /// The first step, for a number that is near zero. For others the value is meaningless, though nothing traps.
  @export(implementation) @inline(__always)
  public init(near x: S) {
    let shift = S.Traits.shift + S.Traits.bias
    let shifted = x * S.Traits.inverseLn2 + shift
    self.init(
      remainder: _remainder(x, shifted - shift), power: S.Traits.power(shifted),
      mark: S.Traits.difference(shifted, shift - 64))
  }

  /// Whether the first step was enough for all numbers whose marks were combined by a bitwise *or*.
  ///
  /// It is from -44 to 43. Marks are integers since a Boolean for each number would become a branch.
  @export(implementation) @inline(__always)
  public static func suffices(_ marks: S.RawSignificand) -> Bool { marks < 128 }

  /// The second step: to the bit what `exp(_:)` gives.
  @export(implementation) @inline(__always)
  public var value: S { _exponential(ofRemainder: remainder) * power }
}

/// `expNonPositive(_:)` in two steps.
///
/// ```
/// x / ln 2 = n + f,   eˣ = 2ⁿ · 2ᶠ
/// ```
///
///     let steps = [-2, -1, 0].map { (x: Float) in NonPositiveExponentialSteps(x) }
///     print(steps.map(\.value))  // [0.13533528, 0.36787945, 1.0]
@frozen
public struct NonPositiveExponentialSteps<S: RealScalar> {
  /// f.
  public var fraction: S
  /// n, added to a number so large that the bits of the sum end with those of the exponent field of 2ⁿ.
  public var shifted: S

  /// The results of a first step.
  @export(implementation) @inline(__always)
  public init(fraction: S, shifted: S) {
    self.fraction = fraction
    self.shifted = shifted
  }

  /// The first step.
  @export(implementation) @inline(__always)
  public init(_ x: S) {
    let clamped = x < S.Traits.flushedExponential ? S.Traits.flushedExponential : x
    let y = clamped * S.Traits.inverseLn2
    let shift = S.Traits.shift + S.Traits.bias
    shifted = y + shift
    fraction = y - (shifted - shift)
  }

  /// The second step: to the bit what `expNonPositive(_:)` gives.
  @export(implementation) @inline(__always)
  public var value: S { S.Traits.exponential2(fraction) * S.Traits.power(shifted) }
}

/// The logarithm in two steps.
///
/// ```
/// x = 2ᵏ · (1 + f),   log x = k · ln 2 + log(1 + f)
/// ```
///
///     let steps = [0.5, 1, 2].map { (x: Float) in LogarithmSteps(x) }
///     print(steps.map(\.value))  // [-0.6931472, 0.0, 0.6931472]
@frozen
public struct LogarithmSteps<S: RealScalar> {
  /// f.
  public var fraction: S
  /// f / (2 + f), whose artanh is half of log(1 + f).
  public var quotient: S
  /// -k.
  public var negatedExponent: S
  /// What tells whether x was ordinary enough for the first step: `suffices(_:)`.
  public var mark: S.RawSignificand

  /// The results of a first step.
  @export(implementation) @inline(__always)
  public init(fraction: S, quotient: S, negatedExponent: S, mark: S.RawSignificand = 0) {
    self.fraction = fraction
    self.quotient = quotient
    self.negatedExponent = negatedExponent
    self.mark = mark
  }

  /// The first step, for any number.
  @export(implementation) @inline(__always)
  public init(_ x: S) {
    let isSubnormal = x < S.leastNormalMagnitude
    self.init(ordinary: x * select(isSubnormal, 0x1p64, 1))
    negatedExponent += select(isSubnormal, 64, 0) + _exponentOfException(x)
    mark = 0
  }

  /// The first step, for a number far from zero and from infinity.
  ///
  /// For others the value is meaningless, though nothing traps.
  @export(implementation) @inline(__always)
  public init(ordinary x: S) {
    let (significand, negatedExponent) = S.Traits.split(x)
    let fraction = significand - 1
    self.init(
      fraction: fraction, quotient: fraction / (2 + fraction), negatedExponent: negatedExponent,
      mark: S.Traits.difference(x, S.Traits.leastOrdinary))
  }

  /// Whether the first step was enough for all numbers whose marks were combined by a bitwise *or*.
  ///
  /// It is from 2⁻⁶⁴ up to 2⁶⁴ in `Float`, from 2⁻⁵¹² up to 2⁵¹² in `Double`.
  @export(implementation) @inline(__always)
  public static func suffices(_ marks: S.RawSignificand) -> Bool { marks.leadingZeroBitCount >= 2 }

  /// The second step: to the bit what `log(_:)` gives.
  @export(implementation) @inline(__always)
  public var value: S { _logarithm(onePlus: fraction, quotient: quotient, 0, negatedExponent) }
}

/// log(1 + e) for 0 ≤ e ≤ 1, the second step of `softplus(_:)` after `expNegatedMagnitude(_:)`.
///
/// Worst error: 1.42 ulp in `Float` (over all arguments), 1.33 ulp in `Double` (over millions).
@export(implementation) @inline(__always)
public func log1pOfUnit<S: RealScalar>(_ e: S) -> S { e - S.Traits.unitLogarithmTail(e) }
