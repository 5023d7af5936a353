public import LossEngine
public import RealMath
public import Tensors

/// The cosine of the angle between two vectors, where a length below eps counts as eps.
///
/// ```
/// cos = a·b / (‖a‖·‖b‖)
/// ```
///
///     let similarity = try CosineSimilarity()([[3, 4]] as Tensor<Float>, [[4, 3]])
///     print(similarity)  // [0.96]
///
/// **Edge cases**
/// - It is right for vectors of any magnitude, and lies in −1...1.
/// - A zero vector a has the cosine 0 and the gradient b / (eps·‖b‖), which is very large. With an eps of 0, the
///   gradient is 0.
/// - An element that is NaN or infinite gives NaN, value and gradient of its pair.
///
/// [PyTorch: CosineSimilarity](https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html)
public struct CosineSimilarity: VectorMeasure {
  /// The least length that a vector counts as having.
  public var eps: Double

  /// Creates the measure with the given hyperparameter.
  public init(eps: Double = 1e-8) { self.eps = eps }

  public func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("eps", eps, .nonNegative)
  }

  /// Returns the measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D]. A single number counts as a vector of one.
  ///   - input2: As many vectors, in the same shape.
  /// - Returns: An evaluation, whose value lacks the last axis.
  /// - Throws: `LossError` where the shapes differ, or eps is negative.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    try evaluation(self, input1, input2)
  }

  @export(implementation) @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double { cosine(VectorPair(a, b)).value }

  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    let pair = VectorPair(a, b)
    cosine(pair).addGradients(of: pair, scale: scale, to: &da, &db)
  }
}

extension CosineSimilarity: CosineFormula {
  @export(implementation) @inline(__always)
  func length(_ square: Double, scale: Double) -> (length: Double, isConstant: Bool) {
    let (length, least) = (square.squareRoot(), eps * scale)
    return length < least ? (least, true) : (length, false)
  }

  @export(implementation) @inline(__always)
  package func computeRows<C: RealScalar>(_ block: RowBlock<C>) {
    if block.length == 1 { computeNumbers(block) } else { computeCosines(block) }
  }

  /// Computes rows of one number each: the product of the signs, or of the shares in eps where that is more.
  @export(implementation) @inline(__always)
  func computeNumbers<C: RealScalar>(_ block: RowBlock<C>) {
    let (a, b) = (block.first, block.second)
    // Not −0.
    for row in 0..<block.rowCount { block.values[row] = 0 + share(Double(a[row])) * share(Double(b[row])) }
    guard let da = block.firstGradient, let db = block.secondGradient else { return }
    for row in 0..<block.rowCount {
      let (a, b, scale) = (Double(a[row]), Double(b[row]), block.scales[row])
      // Neither is −0.
      da[row] = 0 + C(slope(a) * share(b) * scale)
      db[row] = 0 + C(slope(b) * share(a) * scale)
    }
  }

  /// Returns x / max(|x|, eps), which is 0 at 0, and NaN at infinity.
  @export(implementation) @inline(__always)
  func share(_ x: Double) -> Double {
    let sign = select(x > 0, 1, select(x < 0, -1, 0.0))
    return select(x.magnitude < eps, x / eps, sign + (x - x))
  }

  /// Returns the derivative of the share: NaN where that is.
  @export(implementation) @inline(__always)
  func slope(_ x: Double) -> Double { select(x.magnitude < eps, 1 / eps, x - x) }

  @export(implementation) @inline(__always)
  func terms<C: RealScalar>(_ cosine: Double, label: C) -> (value: Double, slope: Double) { (cosine, 1) }

  @export(implementation) @inline(__always)
  func isComplement<C: RealScalar>(label: C) -> Bool { false }

  @export(implementation) @inline(__always)
  func addedShare(_ length: Double) -> Double { 0 }

  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func computeUncommon<C: RealScalar>(_ row: Row<C>) { compute(row) }
}

/// One minus the cosine of the angle between two vectors: 0 for the same direction, 2 for opposite ones.
///
///     let distance = try CosineDistance()([[3, 4]] as Tensor<Float>, [[4, 3]])
///     print(distance)  // [0.04]
///
/// **Edge cases**
/// - It lies in 0...2.
/// - A zero vector a has the distance 1 from any other, and the gradient −b / (eps·‖b‖). With an eps of 0, the gradient
///   is 0.
/// - An element that is NaN or infinite gives NaN, value and gradient of its pair.
public struct CosineDistance: VectorMeasure {
  @usableFromInline let similarity: CosineSimilarity

  /// Creates the distance, where `eps` is the least length that a vector counts as having.
  public init(eps: Double = 1e-8) { similarity = CosineSimilarity(eps: eps) }

  public func checkHyperparameters() throws(LossError) { try similarity.checkHyperparameters() }

  /// Returns the measure of the vectors along the last axis of two tensors.
  ///
  /// - Parameters:
  ///   - input1: Vectors, of shape [D] or [N…, D]. A single number counts as a vector of one.
  ///   - input2: As many vectors, in the same shape.
  /// - Returns: An evaluation, whose value lacks the last axis.
  /// - Throws: `LossError` where the shapes differ, or eps is negative.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, _ input2: Tensor<Scalar>
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    try evaluation(self, input1, input2)
  }

  @export(implementation) @inline(__always)
  public func value<S: RealScalar>(of a: Span<S>, _ b: Span<S>) -> Double {
    let pair = VectorPair(a, b)
    return similarity.cosine(pair).complement(of: pair)
  }

  @export(implementation) @inline(__always)
  public func addGradients<S: RealScalar>(
    of a: Span<S>, _ b: Span<S>, scale: Double, to da: inout MutableSpan<S>, _ db: inout MutableSpan<S>
  ) {
    similarity.addGradients(of: a, b, scale: -scale, to: &da, &db)
  }
}

extension CosineDistance: RowFunction {
  @usableFromInline
  package func compute(_ block: RowBlock<Float>) { complement(block) { similarity.compute(block) } }

  @usableFromInline
  package func compute(_ block: RowBlock<Double>) { complement(block) { similarity.compute(block) } }

  // The gradient is the similarity's, with the opposite scale.
  private func complement<C: RealScalar>(_ block: RowBlock<C>, computeSimilarity: () -> Void) {
    for row in 0..<block.rowCount { block.scales[row] = -block.scales[row] }
    computeSimilarity()
    block.forEachRow { row in
      row.value =
        row.value > Cosine.almostParallel
        ? value(of: row.first, row.second, count: row.count) : 1 - row.value
    }
  }
}
