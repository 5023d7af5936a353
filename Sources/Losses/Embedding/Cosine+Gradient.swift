public import LossEngine
public import RealMath

extension Cosine {
  // ∂cos/∂a = b / (A·B) − cos · a / A², where A is the length of a or grows as it does. For almost parallel vectors,
  // this is as accurate as from the difference of b / B and a / A: both have the rounding errors of these.
  @export(implementation) @inline(__always)
  func addGradients<S: RealScalar>(
    of pair: VectorPair<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    if a.length == 0 || b.length == 0 { return }
    let factors = factors(scale: scale)
    if a.scale != 1 || b.scale != 1 {
      factors.addScaled(of: pair, a.scale, b.scale, to: &da, &db)
    } else {
      factors.withSlopes(count: pair.count, cosine: value) { pair.add(to: &da, &db, $0) }
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

    /// Calls `body` with a function that returns the slopes in an element of each vector.
    ///
    /// It computes them in the type of the vectors, where these are long enough to gain from it and the slopes are
    /// accurate, or else in `Double`. Where vectors are almost parallel, the difference leaves little.
    @export(implementation) @inline(__always)
    func withSlopes<C: RealScalar>(
      count: Int, cosine: Double, _ body: (_ slopes: (_ x: C, _ y: C) -> (C, C)) -> Void
    ) {
      let areAccurate =
        cosine.magnitude < 0.9 && C(across).isNormal
        && (alongA == 0 || C(alongA).isNormal) && (alongB == 0 || C(alongB).isNormal)
      if C.self != Double.self, count >= Self.shortestInType, areAccurate {
        body { x, y in slopes(x, y) }
      } else {
        body { x, y in
          let (slopeA, slopeB) = slopes(Double(x), Double(y))
          return (C(slopeA), C(slopeB))
        }
      }
    }

    /// The number of elements from which on a vector's own type is faster than `Double`.
    @export(implementation) @inline(__always)
    static var shortestInType: Int { 8 }

    /// Sets the gradients of vectors that were not scaled.
    @export(implementation) @inline(__always)
    func setGradients<C: RealScalar>(
      _ a: UncheckedBuffer<C>, _ b: UncheckedBuffer<C>, to da: UncheckedBuffer<C>, _ db: UncheckedBuffer<C>,
      count: Int, cosine: Double
    ) {
      withSlopes(count: count, cosine: cosine) { slopes in
        for index in 0..<count {
          let (slopeA, slopeB) = slopes(a[index], b[index])
          // Neither is −0.
          da[index] = 0 + slopeA
          db[index] = 0 + slopeB
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
