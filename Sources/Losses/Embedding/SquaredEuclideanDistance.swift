public import RealMath

/// The squared length of a difference, Σ (a − b)².
///
///     let distance = try SquaredEuclideanDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [25.0]
public struct SquaredEuclideanDistance: VectorMeasure {
  /// Creates the distance.
  public init() {}

  @inlinable @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    VectorPair(a, b).sum { ($0 - $1) * ($0 - $1) }
  }

  // ∂/∂a = 2·(a − b) = −∂/∂b.
  @inlinable @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let factor = S(2 * scale)
    VectorPair(a, b).add(to: &da, &db) { x, y in
      let slope = factor * (x - y)
      return (slope, -slope)
    }
  }
}
