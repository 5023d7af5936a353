public import LossEngine
public import RealMath

/// The cosine of the angle between two vectors, a·b / (A·B), with its gradient, for vectors of any magnitude.
///
/// A and B are the lengths, which each loss keeps away from zero in its own way. Vectors whose squares would overflow or
/// underflow are scaled by powers of two first, which rounds nothing.
@frozen @usableFromInline
struct Cosine {
  /// Returns the length to divide by: a function of the true length, or a constant where the vector is too short.
  /// Both the square and the length are those of the vector times `scale`.
  @usableFromInline typealias Length = (_ square: Double, _ scale: Double) -> (
    length: Double, isConstant: Bool
  )

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
    if !(PowerSums.accurate ~= squareA && PowerSums.accurate ~= squareB) {
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

  // What follows is not inlined, since it is rare and too much for a kernel.

  /// Returns what to multiply the vectors by before their elements are squared.
  @usableFromInline
  @specialized(where S == Float) @specialized(where S == Double)
  static func scales<S: RealScalar>(of pair: VectorPair<S>) -> (Double, Double) {
    let (largestA, largestB) = pair.largestMagnitudes
    return (PowerSums.scale(largest: largestA), PowerSums.scale(largest: largestB))
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
    let (length, isConstant) = length(square, scale)
    return Side(scale: scale, length: length, isConstant: isConstant)
  }
}
