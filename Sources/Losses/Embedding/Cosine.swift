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
    value = Self.quotient(dot, a.length * b.length)
  }

  /// A cosine of vectors that are neither scaled nor too short.
  @export(implementation) @inline(__always)
  init(value: Double, lengthA: Double, lengthB: Double) {
    self.value = value
    a = Side(scale: 1, length: lengthA, isConstant: false)
    b = Side(scale: 1, length: lengthB, isConstant: false)
  }

  @export(implementation) @inline(__always)
  static func quotient(_ dot: Double, _ lengths: Double) -> Double {
    let quotient = select(dot == 0, 0, dot / lengths)
    // Rounding may leave it beyond ±1. NaN is neither.
    return select(quotient > 1, 1, select(quotient < -1, -1, quotient))
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
    let factors = factors(scale: scale)
    if a.scale != 1 || b.scale != 1 {
      factors.addScaled(of: pair, a.scale, b.scale, to: &da, &db)
    } else if factors.areAccurate(in: S.self, count: pair.count, cosine: value) {
      pair.add(to: &da, &db) { x, y in factors.slopes(x, y) }
    } else {
      pair.add(to: &da, &db) { x, y in
        let (slopeA, slopeB) = factors.slopes(Double(x), Double(y))
        return (S(slopeA), S(slopeB))
      }
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

  @export(implementation) @inline(__always)
  func factors(scale: Double) -> Factors {
    Factors(
      across: scale / (a.length * b.length),
      alongA: a.isConstant ? 0 : scale * value / (a.length * a.length),
      alongB: b.isConstant ? 0 : scale * value / (b.length * b.length))
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

    /// Whether slopes are computed in the type of the vectors rather than in `Double`: vectors are long enough to gain
    /// from it, and the slopes are accurate. Where vectors are almost parallel, the difference leaves little.
    @export(implementation) @inline(__always)
    func areAccurate<R: RealScalar>(in type: R.Type, count: Int, cosine: Double) -> Bool {
      R.self != Double.self && count >= 8 && cosine.magnitude < 0.9 && R(across).isNormal
        && (alongA == 0 || R(alongA).isNormal) && (alongB == 0 || R(alongB).isNormal)
    }

    /// Sets the gradients of vectors that were not scaled.
    @export(implementation) @inline(__always)
    func setGradients<C: RealScalar>(
      _ a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, to da: UncheckedBuffer<C>, _ db: UncheckedBuffer<C>,
      count: Int, cosine: Double
    ) {
      if areAccurate(in: C.self, count: count, cosine: cosine) {
        for index in 0..<count {
          let (slopeA, slopeB) = slopes(a[index], b[index])
          // Neither is −0.
          da[index] = 0 + slopeA
          db[index] = 0 + slopeB
        }
      } else {
        for index in 0..<count {
          let (slopeA, slopeB) = slopes(Double(a[index]), Double(b[index]))
          da[index] = 0 + C(slopeA)
          db[index] = 0 + C(slopeB)
        }
      }
    }

    /// Adds the gradients of vectors that were scaled.
    // Not inlined, since it is rare and too much for a kernel.
    @usableFromInline
    @specialized(where S == Float) @specialized(where S == Double)
    func addScaled<S: RealScalar>(
      of pair: VectorPair<S>, _ scaleA: Double, _ scaleB: Double, to da: inout MutableSpan<S>,
      _ db: inout MutableSpan<S>
    ) {
      pair.add(to: &da, &db) { x, y in
        let (slopeA, slopeB) = slopes(Double(x) * scaleA, Double(y) * scaleB)
        return (S(scaleA * slopeA), S(scaleB * slopeB))
      }
    }

    /// The slopes in an element of each vector, computed in their type.
    @export(implementation) @inline(__always)
    func slopes<R: RealScalar>(_ x: R, _ y: R) -> (R, R) {
      (R(across) * y - R(alongA) * x, R(across) * x - R(alongB) * y)
    }
  }
}
