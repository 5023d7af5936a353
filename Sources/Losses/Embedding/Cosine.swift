public import LossEngine
public import RealMath

/// The cosine of the angle between two vectors, a·b / (A·B), with its gradient, for vectors of any magnitude.
///
/// A and B are the lengths, which each loss keeps away from zero in its own way. Vectors whose squares would overflow or
/// underflow are scaled by powers of two first, which rounds nothing.
@frozen @usableFromInline
struct Cosine {
  /// Returns the length to divide by: a function of the true length, or a constant where the vector is too short.
  @usableFromInline typealias Length = (_ square: Double) -> (length: Double, isConstant: Bool)

  @usableFromInline let value: Double
  @usableFromInline let a: Side
  @usableFromInline let b: Side

  @frozen @usableFromInline
  struct Side {
    @usableFromInline let scale: Double
    @usableFromInline let length: Double
    @usableFromInline let isConstant: Bool

    @export(implementation) @inline(__always)
    init(scale: Double, length: Double, isConstant: Bool) {
      self.scale = scale
      self.length = length
      self.isConstant = isConstant
    }
  }

  @export(implementation) @inline(__always)
  init<S: RealScalar>(_ pair: VectorPair<S>, length: Length) {
    var (scaleA, scaleB) = (1.0, 1.0)
    var (squareA, dot, squareB) = pair.products(scaledBy: (1, 1))
    if !(Self.accurateSquares ~= squareA && Self.accurateSquares ~= squareB) {
      (scaleA, scaleB) = Self.scales(of: pair)
      (squareA, dot, squareB) = Self.products(of: pair, scaleA, scaleB)
    }
    a = Self.side(squareA, scaleA, length)
    b = Self.side(squareB, scaleB, length)
    // Rounding may leave a quotient beyond ±1. NaN is neither.
    let quotient = dot == 0 ? 0 : dot / (a.length * b.length)
    value = quotient > 1 ? 1 : quotient < -1 ? -1 : quotient
  }

  /// Returns 1 − cos. Where the vectors are almost parallel, the cosine leaves little of it.
  ///
  /// - Parameter addedShare: The part that was added to the square of a length, given the sum's root.
  @export(implementation) @inline(__always)
  func complement<S: RealScalar>(
    of pair: VectorPair<S>, addedShare: (_ length: Double) -> Double = { _ in 0 }
  ) -> Double {
    if !(value > Self.almostParallel) || a.isConstant || b.isConstant { return 1 - value }
    let shares = addedShare(a.length / a.scale) + addedShare(b.length / b.scale)
    return smallComplement(of: pair, addedShares: shares)
  }

  /// The cosine above which 1 − cos loses digits.
  @export(implementation) @inline(__always)
  static var almostParallel: Double { 0.99 }

  /// Sums of squares so far from the ends of the range that the squares that matter are normal numbers.
  @export(implementation) @inline(__always)
  static var accurateSquares: ClosedRange<Double> { 0x1p-800...0x1p800 }

  // What follows is not inlined, since it is rare and too much for a kernel.

  /// Returns what to multiply the vectors by before their elements are squared.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  static func scales<S: RealScalar>(of pair: VectorPair<S>) -> (Double, Double) {
    let (largestA, largestB) = pair.largestMagnitudes
    return (scale(largest: largestA), scale(largest: largestB))
  }

  private static func scale(largest: Double) -> Double {
    if largest == 0 || !largest.isFinite { return 1 }
    return Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1)
  }

  // With u = a / A and v = b / B, |u − v|² = |u|² + |v|² − 2 cos, and so
  // 1 − cos = ½·(|u − v|² + (1 − |u|²) + (1 − |v|²)). There 1 − |u|² is the part of A² that was added to |a|².
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  func smallComplement<S: RealScalar>(of pair: VectorPair<S>, addedShares: Double) -> Double {
    let (inverseA, inverseB) = (1 / a.length, 1 / b.length)
    let square = pair.sum { x, y in
      let difference = x * a.scale * inverseA - y * b.scale * inverseB
      return difference * difference
    }
    return 0.5 * (square + addedShares)
  }

  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  static func products<S: RealScalar>(
    of pair: VectorPair<S>, _ scaleA: Double, _ scaleB: Double
  ) -> (Double, Double, Double) {
    pair.products(scaledBy: (scaleA, scaleB))
  }

  @export(implementation) @inline(__always)
  static func side(_ square: Double, _ scale: Double, _ length: Length) -> Side {
    if scale == 1 {
      let (length, isConstant) = length(square)
      return Side(scale: 1, length: length, isConstant: isConstant)
    }
    let (trueLength, isConstant) = length(square / scale / scale)
    // The true length of a scaled vector may not be representable.
    return Side(
      scale: scale, length: trueLength.isNormal ? trueLength * scale : square.squareRoot(),
      isConstant: isConstant)
  }

  // ∂cos/∂a = b / (A·B) − cos · a / A², where A is the length of a or grows as it does. For almost parallel vectors, this
  // is as accurate as from the difference of b / B and a / A: both have the rounding errors of these.
  @export(implementation) @inline(__always)
  func addGradients<S: RealScalar>(
    of pair: VectorPair<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    if a.length == 0 || b.length == 0 { return }
    let factors = Factors(
      across: scale / (a.length * b.length),
      alongA: a.isConstant ? 0 : scale * value / (a.length * a.length),
      alongB: b.isConstant ? 0 : scale * value / (b.length * b.length))
    if a.scale != 1 || b.scale != 1 {
      factors.addScaled(of: pair, a.scale, b.scale, to: &da, &db)
    } else if S.self != Double.self, value.magnitude < 0.9, factors.areAccurate(in: S.self) {
      factors.add(in: S.self, of: pair, scales: (1, 1), to: &da, &db)
    } else {
      // Where vectors are almost parallel, the difference leaves little.
      factors.add(in: Double.self, of: pair, scales: (1, 1), to: &da, &db)
    }
  }

  /// Adds the gradients of vectors to those in memory.
  @export(implementation) @inline(__always)
  func addGradients<C: RealScalar>(
    of pair: VectorPair<C>, scale: Double, to firstGradient: UncheckedBuffer<C>,
    _ secondGradient: UncheckedBuffer<C>
  ) {
    var da = unsafe MutableSpan(_unsafeStart: firstGradient.pointer, count: pair.count)
    var db = unsafe MutableSpan(_unsafeStart: secondGradient.pointer, count: pair.count)
    addGradients(of: pair, scale: scale, to: &da, &db)
  }

  @frozen @usableFromInline
  struct Factors {
    @usableFromInline let across: Double
    @usableFromInline let alongA: Double
    @usableFromInline let alongB: Double

    @export(implementation) @inline(__always)
    init(across: Double, alongA: Double, alongB: Double) {
      self.across = across
      self.alongA = alongA
      self.alongB = alongB
    }

    @export(implementation) @inline(__always)
    func areAccurate<R: RealScalar>(in type: R.Type) -> Bool {
      R(across).isNormal && (alongA == 0 || R(alongA).isNormal) && (alongB == 0 || R(alongB).isNormal)
    }

    /// Adds the gradients of vectors that were scaled.
    // Not inlined, since it is rare and too much for a kernel.
    @usableFromInline
    @specialized(where S == Float) @specialized(where S == Double)
    func addScaled<S: RealScalar>(
      of pair: VectorPair<S>, _ scaleA: Double, _ scaleB: Double, to da: inout MutableSpan<S>,
      _ db: inout MutableSpan<S>
    ) {
      add(in: Double.self, of: pair, scales: (scaleA, scaleB), to: &da, &db)
    }

    /// Adds the gradients, computed as numbers of type R.
    @export(implementation) @inline(__always)
    func add<S: RealScalar, R: RealScalar>(
      in type: R.Type, of pair: VectorPair<S>, scales: (a: R, b: R), to da: inout MutableSpan<S>,
      _ db: inout MutableSpan<S>
    ) {
      let (across, alongA, alongB) = (R(across), R(alongA), R(alongB))
      pair.add(to: &da, &db) { x, y in
        let (x, y) = (R(x) * scales.a, R(y) * scales.b)
        return (S(scales.a * (across * y - alongA * x)), S(scales.b * (across * x - alongB * y)))
      }
    }
  }
}
