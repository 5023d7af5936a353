public import LossEngine
public import RealMath
public import Tensors

/// A loss of the angle between two vectors: 1 − cos for similar pairs (y = 1), and how far the cosine is above a margin
/// for dissimilar ones (y = −1).
///
/// ```
/// cos = x₁·x₂ / √((‖x₁‖² + 10⁻¹²)·(‖x₂‖² + 10⁻¹²))
/// loss = 1 − cos  where y = 1,   max(0, cos − margin)  where y = −1,   else 0
/// ```
///
///     let loss = try CosineEmbeddingLoss()([[3, 4]] as Tensor<Float>, input2: [[4, 3]], target: [1])
///     print(loss)  // 0.04
///
/// **Edge cases**
/// - The cosine is right for vectors of any magnitude: for vectors shorter than 10⁻³, where what is added to the squares
///   would show, it is left out.
/// - A zero vector has cosine 0 and gradient 0.
/// - A pair whose label is neither 1 nor −1 counts for nothing: value and gradient are 0 whatever its vectors hold.
/// - NaN in the label or in a vector, and an infinite element, give NaN, value and gradient.
/// - At the kink, the gradient is that of the slope.
/// - Without pairs, the sum is 0 and the mean NaN.
///
/// [PyTorch: CosineEmbeddingLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CosineEmbeddingLoss.html)
public struct CosineEmbeddingLoss: Hashable, Codable, Sendable {
  /// The cosine that dissimilar pairs may have.
  public var margin: Double
  /// How the values of the pairs are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(margin: Double = 0, reduction: Reduction = .mean) {
    self.margin = margin
    self.reduction = reduction
  }

  /// Returns the loss of pairs of vectors and their labels.
  ///
  /// - Parameters:
  ///   - input1: The first vectors, of shape [N, D] or [D].
  ///   - input2: The second vectors, in the same shape.
  ///   - target: 1 for similar pairs and −1 for dissimilar ones, of shape [N] or [].
  ///   - sampleWeight: The weight of each pair, of shape [N] or []; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights.
  ///   - mask: Which pairs count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it holds, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or the margin is NaN.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, input2: Tensor<Scalar>, target: Tensor<Scalar>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, PairGradient<Scalar>, PairGradient<Scalar>> {
    guard 1...2 ~= input1.rank else {
      throw LossError.unsupportedShape(
        argument: "input1", shape: input1.shape, requirement: "only [D] and [N, D] are possible")
    }
    try Check.hyperparameter("margin", margin, .number)
    return RowEvaluation<Self, PairGradient<Scalar>, PairGradient<Scalar>>(
      self,
      try RowArguments(
        input1, input2, names: ["input2"], pairLabels: target, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction))
  }
}

extension CosineEmbeddingLoss: CosineFormula {
  @export(implementation) @inline(__always)
  func length(_ square: Double, scale: Double) -> (length: Double, isConstant: Bool) {
    if scale == 1 { return (length(ofSquare: square), false) }
    // The true length of a scaled vector may not be representable.
    let trueLength = length(ofSquare: square / scale / scale)
    return (trueLength.isNormal ? trueLength * scale : square.squareRoot(), false)
  }

  @export(implementation) @inline(__always)
  func length(ofSquare square: Double) -> Double {
    (square < Self.shortSquare ? square : square + Self.added).squareRoot()
  }

  // ∂loss/∂cos = −1 for similar pairs, 1 for others down to the margin, the kink included.
  @export(implementation) @inline(__always)
  func terms<C: RealScalar>(_ cosine: Double, label: C) -> (value: Double, slope: Double) {
    let excess = cosine - margin
    let ofNoLabel: Double = select(label != label, .nan, 0)
    return (
      select(label == 1, 1 - cosine, select(label == -1, select(excess < 0, 0, excess), ofNoLabel)),
      select(label == 1, -1, select(label == -1, select(excess < 0, 0, 1), ofNoLabel))
    )
  }

  @export(implementation) @inline(__always)
  func isComplement<C: RealScalar>(label: C) -> Bool { label == 1 }

  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  func computeUncommon<C: RealScalar>(_ row: Row<C>) { compute(row) }

  /// What is added to the square of a length, and the square below which it is not.
  @export(implementation) @inline(__always) static var added: Double { 1e-12 }
  @export(implementation) @inline(__always) static var shortSquare: Double { 1e-6 }

  @export(implementation) @inline(__always)
  func addedShare(_ length: Double) -> Double {
    let square = length * length
    return square < Self.shortSquare + Self.added / 2 ? 0 : Self.added / square
  }
}
