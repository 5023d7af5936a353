public import LossEngine
public import RealMath
public import Tensors

/// The squared length of a difference.
///
/// ```
/// d = Σ (a − b)²
/// ```
///
///     let distance = try SquaredEuclideanDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
///     print(distance)  // [25.0]
///
/// **Edge cases**
/// - NaN gives NaN, value and gradient of its pair, and so does the difference of equal infinities. Another infinite
///   difference gives the distance ∞.
public struct SquaredEuclideanDistance: VectorMeasure {
  /// Creates the distance.
  public init() {}

  /// Returns the measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D]. A single number counts as a vector of one.
  ///   - input2: As many vectors, in the same shape.
  /// - Returns: An evaluation, whose value lacks the last axis.
  /// - Throws: `LossError` where the shapes differ.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    try evaluation(self, input1, input2)
  }

  @export(implementation) @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    VectorPair(a, b).sum { ($0 - $1) * ($0 - $1) }
  }

  // ∂/∂a = 2·(a − b) = −∂/∂b.
  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let scale = S(scale)
    VectorPair(a, b).add(to: &da, &db) { x, y in
      // Twice the scale may be more than the type holds, and equal elements have no slope.
      let half = scale * (x - y)
      return (half + half, -(half + half))
    }
  }
}

// A measure of the library computes by itself what its formula would. So its functions are compiled for it in the
// library, for clients that do not specialise the formula.
extension SquaredEuclideanDistance: RowFormula {
  @export(implementation) @inline(__always)
  package func compute<C: RealScalar>(_ row: Row<C>) { MeasureFormula(self).compute(row) }
}
