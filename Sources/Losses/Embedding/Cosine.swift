internal import RealMath

/// The cosine of the angle between two vectors, a·b / (A·B), with its gradient, for vectors of any magnitude.
///
/// A and B stand for the lengths, which every user keeps away from zero in its own way. Vectors whose squares would
/// overflow or vanish are scaled by a power of two first, which rounds nothing.
struct Cosine {
  /// What stands for a length: a function of it, or a constant where the vector is too short.
  typealias Length = (_ square: Double) -> (length: Double, isConstant: Bool)

  let value: Double
  private let a: Side
  private let b: Side

  private struct Side {
    let scale: Double
    let length: Double
    let isConstant: Bool
  }

  @inline(__always)
  init<S: RealScalar>(_ a: Span<S>, _ b: Span<S>, length: Length) {
    let (scaleA, scaleB) = (Self.scale(of: a), Self.scale(of: b))
    let squareA = Self.sum(a.count) {
      let x = Double(a[$0]) * scaleA
      return x * x
    }
    let squareB = Self.sum(b.count) {
      let x = Double(b[$0]) * scaleB
      return x * x
    }
    let dot = Self.sum(a.count) { Double(a[$0]) * scaleA * (Double(b[$0]) * scaleB) }
    self.a = Self.side(squareA, scaleA, length)
    self.b = Self.side(squareB, scaleB, length)
    value = dot == 0 ? 0 : dot / (self.a.length * self.b.length)
  }

  // ∂cos/∂a = b / (A·B) − cos · a / A², where A is the length of a or grows as it does.
  @inline(__always)
  func addGradients<S: RealScalar>(
    of va: Span<S>, _ vb: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    if a.length == 0 || b.length == 0 { return }
    let (a, b) = (a, b)
    let shrinkA = a.isConstant ? 0 : value / a.length
    let shrinkB = b.isConstant ? 0 : value / b.length
    for index in va.indices {
      let x = Double(va[index]) * a.scale / a.length
      let y = Double(vb[index]) * b.scale / b.length
      da[index] += S(scale * (a.scale * (y / a.length - shrinkA * x)))
      db[index] += S(scale * (b.scale * (x / b.length - shrinkB * y)))
    }
  }

  /// What to multiply a vector with before its elements are squared.
  private static func scale<S: RealScalar>(of vector: Span<S>) -> Double {
    let largest = Lanes.reduce(
      count: vector.count, 0, { $1 > $0 ? $1 : $0 }, { Double(vector[$0]).magnitude })
    // Far enough from the ends for sums of squares.
    if largest == 0 || !largest.isFinite || 0x1p-400...0x1p400 ~= largest { return 1 }
    return Double(sign: .plus, exponent: min(-largest.exponent, 1000), significand: 1)
  }

  @inline(__always)
  private static func sum(_ count: Int, _ term: (Int) -> Double) -> Double {
    Lanes.reduce(count: count, 0, +, term)
  }

  private static func side(_ square: Double, _ scale: Double, _ length: Length) -> Side {
    let (trueLength, isConstant) = length(square / scale / scale)
    // The true length of a scaled vector may not be representable.
    let isRepresentable = scale == 1 || isConstant
    return Side(
      scale: scale, length: isRepresentable ? trueLength * scale : square.squareRoot(),
      isConstant: isConstant)
  }
}
