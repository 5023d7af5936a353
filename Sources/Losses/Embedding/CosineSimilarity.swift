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

  @specialized(where S == Float) @specialized(where S == Double)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { cosine(VectorPair(a, b)).value }

  @specialized(where S == Float) @specialized(where S == Double)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let pair = VectorPair(a, b)
    cosine(pair).addGradients(of: pair, scale: scale, to: &da, &db)
  }

  // Not inlined into the generic entry, which sets up all that it holds before it goes to the code for one type.
  @inline(never)
  private func cosine<S: RealScalar>(_ pair: VectorPair<S>) -> Cosine {
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
  private let similarity: CosineSimilarity

  /// Creates the distance, where `eps` is the least length that a vector counts as having.
  public init(eps: Double = 1e-8) { similarity = CosineSimilarity(eps: eps) }

  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { 1 - similarity.value(of: a, b) }

  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    similarity.addGradients(of: a, b, scale: -scale, to: &da, &db)
  }
}
