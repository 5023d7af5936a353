public import LossEngine
public import RealMath
public import Tensors

/// The p-norm of a difference, where eps is added to each signed difference.
///
/// ```
/// d = ‖a − b + eps‖ₚ
/// ```
///
///     let distance = try PairwiseDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [5.0]
///
/// **Edge cases**
/// - p is any positive number or ∞, which gives the largest difference; anything else is an error.
/// - At distance 0, the gradient is 0.
/// - It is right for vectors of any magnitude. A distance that the type cannot hold is ∞, and its gradient is finite.
/// - NaN gives NaN, value and gradient of its pair, and so does the difference of equal infinities. Another infinite
///   difference gives the distance ∞, and the gradient its limit, in which finite differences have no part; with
///   several, there is a limit for p = 1 only, and for p = ∞ they share 1, as others that are the largest do.
///
/// [PyTorch: PairwiseDistance](https://docs.pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html)
public struct PairwiseDistance: VectorMeasure {
  /// The norm: any positive number or ∞.
  public var p: Double
  /// What is added to each signed difference.
  public var eps: Double

  /// Creates the distance with the given hyperparameters.
  public init(p: Double = 2, eps: Double = 1e-6) {
    self.p = p
    self.eps = eps
  }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("p", p, .positive)
    try Check.hyperparameter("eps", eps, .number)
  }

  /// Returns the measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D]. A single number counts as a vector of one.
  ///   - input2: As many vectors, in the same shape.
  /// - Returns: An evaluation, whose value lacks the last axis.
  /// - Throws: `LossError` where the shapes differ, p is not positive, or eps is NaN.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    try evaluation(self, input1, input2)
  }

  @export(implementation) @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { norm(VectorPair(a, b)) }

  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    addGradients(of: a, b, value: value(of: a, b), scale: scale, to: &da, &db)
  }

  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, value: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    addGradients(VectorPair(a, b), distance: value, scale: scale, to: &da, &db)
  }

  /// The p of the norm of a pair. In one dimension all norms are the same.
  @export(implementation) @inline(__always)
  func exponent<S: RealScalar>(for pair: VectorPair<S>) -> Double { pair.count == 1 ? 1 : p }

  @export(implementation) @inline(__always)
  func norm<S: RealScalar>(_ pair: VectorPair<S>) -> Double {
    switch exponent(for: pair) {
    case 1: return pair.sum { difference($0, $1).magnitude }
    case 2: return euclideanNorm(ofSquares: pair.sum { squaredDifference($0, $1) }, pair)
    default: return uncommonNorm(pair)
    }
  }

  @export(implementation) @inline(__always)
  func squaredDifference(_ x: Double, _ y: Double) -> Double {
    let d = difference(x, y)
    return d * d
  }

  /// - Parameter sum: The sum of the squared differences.
  @export(implementation) @inline(__always)
  func euclideanNorm<S: RealScalar>(ofSquares sum: Double, _ pair: VectorPair<S>) -> Double {
    PowerSums.accurate ~= sum ? sum.squareRoot() : scaledNorm(pair)
  }

  // What follows is not inlined: it is rare, and too much for a kernel.

  /// The norm of a difference for a p other than 1 and 2.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  func uncommonNorm<S: RealScalar>(_ pair: VectorPair<S>) -> Double {
    if p == .infinity || p < Self.smallestPower { return scaledNorm(pair) }
    let sum = pair.sum { Self.power(difference($0, $1).magnitude, p) }
    return PowerSums.accurate ~= sum ? root(sum) : scaledNorm(pair)
  }

  /// The p from which on the p-th power of a number has about as many digits as the number.
  private static var smallestPower: Double { 0.01 }

  /// A unit of length in which the distance of any finite vectors is in range.
  static var largeUnit: Double { 0x1p100 }

  /// The norm of a difference whose powers are out of range, times a factor: its largest element, times the norm of the
  /// difference over this.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  func scaledNorm<S: RealScalar>(_ pair: VectorPair<S>, times factor: Double = 1) -> Double {
    let largest = pair.largest { difference($0, $1, times: factor).magnitude }
    guard largest > 0, largest.isFinite, p < .infinity else { return largest }
    return largest * root(pair.sum { Self.power(difference($0, $1, times: factor).magnitude / largest, p) })
  }

  /// The p-th root of a sum of powers.
  private func root(_ sum: Double) -> Double {
    let root = Self.power(sum, 1 / p)
    let power = Self.power(root, p)
    guard root.isNormal, power.isNormal else { return root }
    // The logarithm of the sum multiplies the rounding error of 1 / p. A step of Newton's method takes it out.
    return root + root * ((sum - power) / (p * power))
  }

  /// A difference times a factor, where the difference itself may be out of range.
  private func difference(_ x: Double, _ y: Double, times factor: Double) -> Double {
    x * factor - y * factor + eps * factor
  }

  // With d = a − b + eps and D = ‖d‖ₚ: ∂D/∂a = sign d · (|d| / D)^(p−1) = −∂D/∂b. For p = ∞ all elements that are the
  // largest share 1.
  @export(implementation) @inline(__always)
  func addGradients<S: RealScalar>(
    _ pair: VectorPair<S>, distance: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    if distance == 0 { return }
    switch exponent(for: pair) {
    case 1:
      let share = S(scale)
      addSlopes(pair, &da, &db) { d in d > 0 ? share : d < 0 ? -share : 0 }
    case 2:
      let factor = S(scale / distance)
      if factor.isNormal, distance <= Double(S.greatestFiniteMagnitude) {
        addSlopes(pair, &da, &db) { d in factor * d }
      } else {
        addUncommonGradients(pair, distance: distance, scale: scale, to: &da, &db)
      }
    default: addUncommonGradients(pair, distance: distance, scale: scale, to: &da, &db)
    }
  }

  /// Adds the gradients for a p other than 1 and 2, and for any distance.
  // Not inlined: it is rare, and too much for a kernel.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  func addUncommonGradients<S: RealScalar>(
    _ pair: VectorPair<S>, distance: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    // The slopes do not depend on the unit of length: where a distance is out of range, it is measured in a larger one.
    let factor = distance == .infinity ? 1 / Self.largeUnit : 1
    let distance = distance == .infinity ? scaledNorm(pair, times: factor) : distance
    if p == .infinity {
      let ties = pair.sum { difference($0, $1, times: factor).magnitude == distance ? 1 : 0 }
      let share = S(scale / ties)
      return pair.add(to: &da, &db) { x, y in
        let d = difference(Double(x), Double(y), times: factor)
        let slope = d == distance ? share : d == -distance ? -share : 0
        return (slope, -slope)
      }
    }
    if p > Self.largePower, distance < .infinity {
      return addGradientsOfLargePower(pair, times: factor, scale: scale, to: &da, &db)
    }
    // An infinite difference is all of the distance, if it is the only one.
    let infinities =
      distance == .infinity ? pair.sum { difference($0, $1, times: factor).isInfinite ? 1 : 0 } : 0
    let infiniteShare = infinities == 1 ? 1 : Double.nan
    pair.add(to: &da, &db) { x, y in
      let d = difference(Double(x), Double(y), times: factor)
      let share = d.isInfinite ? infiniteShare : d.magnitude / distance
      let magnitude = d == 0 ? 0 : S(scale * Self.power(share, p - 1))
      let slope = d < 0 ? -magnitude : magnitude
      return (slope, -slope)
    }
  }

  /// The p from which on the p-th power of a number has too few of its digits.
  private static var largePower: Double { 64 }

  // With the largest element L, D = L·s^(1/p) for s = Σ (|d| / L)ᵖ, and (|d| / D)^(p−1) = (|d| / L)^(p−1) / s^((p−1)/p).
  // So no rounding error of the distance is multiplied by p. Near 1, the logarithm of |d| / L comes from the difference,
  // which is exact.
  private func addGradientsOfLargePower<S: RealScalar>(
    _ pair: VectorPair<S>, times factor: Double, scale: Double, to da: inout MutableSpan<S>,
    _ db: inout MutableSpan<S>
  ) {
    let largest = pair.largest { difference($0, $1, times: factor).magnitude }
    func power(_ magnitude: Double, _ exponent: Double) -> Double {
      let ratio = magnitude / largest
      return ratio < 0.5 ? pow(ratio, exponent) : exp(exponent * log1p((magnitude - largest) / largest))
    }
    let sum = pair.sum { power(difference($0, $1, times: factor).magnitude, p) }
    let norm = pow(sum, (p - 1) / p)
    pair.add(to: &da, &db) { x, y in
      let d = difference(Double(x), Double(y), times: factor)
      let magnitude = d == 0 ? 0 : S(scale * (power(d.magnitude, p - 1) / norm))
      let slope = d < 0 ? -magnitude : magnitude
      return (slope, -slope)
    }
  }

  @export(implementation) @inline(__always)
  func addSlopes<S: RealScalar>(
    _ pair: VectorPair<S>, _ da: inout MutableSpan<S>, _ db: inout MutableSpan<S>, _ slope: (S) -> S
  ) {
    pair.add(to: &da, &db) { x, y in
      let slope = slope(difference(x, y))
      return (slope, -slope)
    }
  }

  @export(implementation) @inline(__always)
  func difference<S: RealScalar>(_ x: S, _ y: S) -> S { x - y + S(eps) }

  // Not inlined: it is too much for a kernel. Small exponents are worth a few products.
  @usableFromInline
  static func power(_ x: Double, _ exponent: Double) -> Double {
    switch exponent {
    case 1: x
    case 2: x * x
    case 3: x * x * x
    case 4: (x * x) * (x * x)
    default: pow(x, exponent)
    }
  }
}
