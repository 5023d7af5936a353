public import RealMath

/// The cosine of the angle between two vectors, a·b / (‖a‖·‖b‖), where a length below eps counts as eps.
///
///     let similarity = try CosineSimilarity()([[3, 4]] as Tensor<Float>, [[4, 3]])
///     print(similarity)  // [0.96]
///
/// [PyTorch: CosineSimilarity](https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html)
public struct CosineSimilarity: VectorMeasure {
  /// The least length that a vector counts as having.
  public var eps: Double

  /// Creates the measure with the given hyperparameter.
  public init(eps: Double = 1e-8) { self.eps = eps }

  @inlinable @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { cosine(VectorPair(a, b)).value }

  @inlinable @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let pair = VectorPair(a, b)
    cosine(pair).addGradients(of: pair, scale: scale, to: &da, &db)
  }

  @inlinable @inline(__always)
  func cosine<S: RealScalar>(_ pair: VectorPair<S>) -> Cosine {
    Cosine(pair) { square in
      let length = square.squareRoot()
      return length < eps ? (eps, true) : (length, false)
    }
  }
}

/// One minus the cosine of the angle between two vectors: 0 for the same direction, 2 for opposite ones.
///
///     let distance = try CosineDistance()([[3, 4]] as Tensor<Float>, [[4, 3]])
///     print(distance)  // [0.04]
public struct CosineDistance: VectorMeasure {
  @usableFromInline let similarity: CosineSimilarity

  /// Creates the distance, where `eps` is the least length that a vector counts as having.
  public init(eps: Double = 1e-8) { similarity = CosineSimilarity(eps: eps) }

  @inlinable @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { 1 - similarity.value(of: a, b) }

  @inlinable @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    similarity.addGradients(of: a, b, scale: -scale, to: &da, &db)
  }
}
