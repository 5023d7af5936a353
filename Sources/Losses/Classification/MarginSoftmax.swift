public import LossEngine
internal import RealMath
public import Tensors

/// The gradient with respect to embeddings and the vectors of classes.
@frozen
public struct EmbeddingGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the embeddings, in their shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the vectors of the classes, in their shape.
  public var classWeights: Tensor<Scalar>

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(input: Tensor<Scalar>, classWeights: Tensor<Scalar>) {
    self.input = input
    self.classWeights = classWeights
  }
}

extension EmbeddingGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] {
    ["gradient.input", "gradient.classWeights"]
  }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) { self.init(input: parts[0]!, classWeights: parts[1]!) }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input, classWeights] }
}

/// What a margin makes of the cosine of the label.
protocol LabelMargin: Sendable {
  /// Returns the cosine with the margin, and its derivative with respect to the cosine.
  ///
  /// - Parameter squaredChord: The square of the distance between the unit vectors, of which so small an angle is known
  ///   better than of the cosine.
  func terms(_ cosine: Double, squaredChord: Double?) -> (value: Double, derivative: Double)
}

/// Cross entropy of a softmax of scaled cosines, that of the label with a margin.
final class MarginSoftmax<Margin: LabelMargin>: SimilarityFunction {
  let scale: Double
  private let margin: Margin
  private let softmax = SimilaritySoftmax()

  init(margin: Margin, scale: Double) { (self.margin, self.scale) = (margin, scale) }

  func compute(_ row: SimilarityRow<Float>) -> Double { crossEntropy(row) { softmax.compute($0) } }
  func compute(_ row: SimilarityRow<Double>) -> Double { crossEntropy(row) { softmax.compute($0) } }

  @inline(__always)
  private func crossEntropy<C: RealScalar>(
    _ row: SimilarityRow<C>, _ softmax: (SimilarityRow<C>) -> Double
  ) -> Double {
    let label = row.positives.first!
    let given = Double(row.similarities[label])
    // An error of half an ulp of 1 is as many times more in 1 − cos θ.
    let isNearOne = 1 - given < 64 * Double(C.ulpOfOne).squareRoot()
    var squaredChord = isNearOne ? row.squaredDistance(to: label) : nil
    // That of parallel vectors, whose elements are rounded.
    if let square = squaredChord, square.squareRoot() < 4 * Double(C.ulpOfOne) { squaredChord = 0 }
    let (cosine, derivative) = margin.terms(given, squaredChord: squaredChord)
    row.similarities[label] = C(cosine)
    let value = softmax(row)
    if row.needsDerivatives { row.derivatives[label] *= C(derivative) }
    return value
  }
}

extension SimilarityArguments {
  /// Those of embeddings, each of which is compared with a vector for each class.
  init<Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<S>, classWeights: Tensor<S>, target: Tensor<Label>, sampleWeight: Tensor<S>?,
    mask: Tensor<Bool>?, function: MarginSoftmax<some LabelMargin>, reduction: Reduction
  ) throws(LossError) {
    try Check.hyperparameter("scale", function.scale, .finitePositive, in: S.Computation.self)
    try Check.matrix(input, named: "input")
    try Check.matrix(classWeights, named: "classWeights")
    let (count, classes) = (input.shape[0], classWeights.shape[0])
    try Check.shape(of: classWeights, named: "classWeights", is: [classes, input.shape[1]])
    try Check.shape(of: target, named: "target", is: [count])
    try Check.similarities(of: count, with: classes)
    let weights = try Check.sampleWeights(sampleWeight, mask: mask, shape: [count])
    var samples = CountedSamples(weights, of: count)
    let mean = samples.denominator(of: count, reduction)
    let counted = samples.count(of: count)
    try self.init(
      [input, classWeights], shared: 1, parameters: [.init(hyperparameter: 1 / function.scale)],
      passes: [
        SimilarityPass(
          rows: 0..<counted, columns: counted..<counted + classes,
          positives: try PositiveColumns(labels: target, classes: classes, weights, samples))
      ], function: function, samples: samples, values: count, reduction: reduction,
      mean: mean)
  }
}
