public import LossEngine
public import RealMath
public import Tensors

/// Binary cross entropy of all pairs of two batches of vectors, of which those in the same place belong together.
///
/// With the learned numbers scale and bias:
///
/// ```
/// z[i, j] = scale · xᵢ·yⱼ + bias
/// lossᵢ = −log σ(z[i, i]) − Σ log σ(−z[i, j]) over all j ≠ i
/// ```
///
///     let image: Tensor<Float> = [[1, 0], [0, 1]]
///     let loss = try SigLIPLoss()(image, input2: image, scale: Tensor(10), bias: Tensor(-10))
///     print(loss)  // 0.6931926
///
/// Use it in place of the symmetric ``InfoNCELoss`` of pairs of two kinds, such as images and captions. It has no sum over
/// the batch inside a logarithm, and works with small and with large batches. Vectors are taken as they are: divide them
/// by their lengths before, as the paper does. It starts with a scale of 10 and a bias of −10.
///
/// - Complexity: O(N² · D) time for N pairs of D features. Besides arguments and results, a copy of the vectors and of
///   their gradients, and 16 MiB or two rows of similarities.
///
/// **Edge cases**
/// - The mean divides by the number of pairs that belong together, N, not by N². That of no pairs is 0.
/// - The loss is finite for any finite z, however large. At z = ±∞ the loss is 0 or ∞, and where it is 0, so is the gradient
///   with respect to the scale.
/// - NaN and infinities propagate by ordinary arithmetic.
///
/// X. Zhai, B. Mustafa, A. Kolesnikov, L. Beyer, Sigmoid loss for language image pre-training, ICCV 2023,
/// [doi:10.1109/ICCV51070.2023.01100](https://doi.org/10.1109/ICCV51070.2023.01100).
public struct SigLIPLoss: Hashable, Codable, Sendable {
  /// How the values of the first vectors are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given reduction.
  public init(reduction: Reduction = .mean) { self.reduction = reduction }

  /// Returns the loss of two batches of vectors.
  ///
  /// - Parameters:
  ///   - input1: The vectors of one kind, of shape [N, D].
  ///   - input2: Those of the other kind, in the same order, of shape [N, D].
  ///   - scale: What dot products are multiplied by, of shape [].
  ///   - bias: What is added then, of shape []; 0 if it is `nil`.
  ///   - sampleWeight: The weight of each pair, of shape [N]; all ones if it is `nil`. It multiplies the value of its vector
  ///     of the first kind. `mean` divides by their sum.
  ///   - mask: Which pairs count, of shape [N]; all if it is `nil`. One that is out, or has weight 0, is not in the batch:
  ///     its value and its gradients are 0, whatever it holds, others are not compared with it, and `mean` does not count it.
  /// - Returns: The loss at these arguments, with gradients for all of them. Not reduced, it has the shape [N]: a value for
  ///   each vector of the first kind.
  /// - Throws: `LossError` where a shape does not fit.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input1: Tensor<Scalar>, input2: Tensor<Scalar>, scale: Tensor<Scalar>, bias: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, SigLIPGradient<Scalar>, SigLIPGradient<Scalar>> {
    SimilarityEvaluation<SigLIPGradient<Scalar>, SigLIPGradient<Scalar>>(
      try arguments(input1, input2, scale, bias, sampleWeight, mask))
  }

  @usableFromInline
  func arguments<S: LossScalar>(
    _ input1: Tensor<S>, _ input2: Tensor<S>, _ scale: Tensor<S>, _ bias: Tensor<S>?,
    _ sampleWeight: Tensor<S>?, _ mask: Tensor<Bool>?
  ) throws(LossError) -> SimilarityArguments<S> {
    try Check.matrix(input1, named: "input1")
    try Check.shape(of: input2, named: "input2", is: input1.shape)
    let total = input1.shape[0]
    try Check.similarities(of: total, with: total)
    var samples = try CountedSamples(weight: sampleWeight, mask: mask, of: total)
    let mean = samples.denominator(of: total, reduction)
    let count = samples.count(of: total)
    return try SimilarityArguments(
      [input1, input2],
      parameters: [
        .init(scale, named: "scale", or: 1), .init(bias, named: "bias", or: 0),
      ],
      passes: [
        SimilarityPass(
          rows: 0..<count, columns: count..<2 * count, positives: PositiveColumns(Array(0..<count)))
      ], isNormalizing: false, function: SimilaritySigmoids(), samples: samples, values: total,
      reduction: reduction, mean: mean)
  }
}

/// The gradient with respect to two batches of vectors, a scale and a bias.
@frozen
public struct SigLIPGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the first input, in its shape.
  public var input1: Tensor<Scalar>
  /// The gradient with respect to the second input, in its shape.
  public var input2: Tensor<Scalar>
  /// The gradient with respect to the scale, of shape [].
  public var scale: Tensor<Scalar>
  /// The gradient with respect to the bias, of shape []; `nil` where there is none.
  public var bias: Tensor<Scalar>?

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(
    input1: Tensor<Scalar>, input2: Tensor<Scalar>, scale: Tensor<Scalar>, bias: Tensor<Scalar>? = nil
  ) {
    self.input1 = input1
    self.input2 = input2
    self.scale = scale
    self.bias = bias
  }
}

extension SigLIPGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] {
    ["gradient.input1", "gradient.input2", "gradient.scale", "gradient.bias"]
  }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) {
    self.init(input1: parts[0]!, input2: parts[1]!, scale: parts[2]!, bias: parts[3])
  }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input1, input2, scale, bias] }
}

/// Binary cross entropy of each similarity.
final class SimilaritySigmoids: SimilarityFunction {
  func compute(_ row: SimilarityRow<Float>) -> Double { crossEntropy(row) }
  func compute(_ row: SimilarityRow<Double>) -> Double { crossEntropy(row) }

  // −log σ(z) = log(1 + eᶻ) − z. So a positive differs from the others by −z, and its derivative by −1.
  @inline(__always)
  private func crossEntropy<C: RealScalar>(_ row: SimilarityRow<C>) -> Double {
    let results = Scratch<Double>(slots: 1, slotSize: 3)
    defer { results.deallocate() }
    let (positive, scale, bias) = (row.positives.first!, C(row.parameters[0]), C(row.parameters[1]))
    let similarity = row.similarities[positive]
    var (value, slope, weightedSlope) = (0.0, 0.0, 0.0)
    for range in [0..<positive, positive + 1..<row.count] where !range.isEmpty {
      SigmoidKernel(
        similarities: row.similarities.advanced(by: range.lowerBound),
        derivatives: row.derivatives.advanced(by: range.lowerBound), count: range.count, scale: scale,
        bias: bias, factor: C(row.scale * row.parameters[0]), results: results[0])(elements: range.count)
      value += results[0][0]
      slope += results[0][1]
      weightedSlope +=
        results[0][2].isNaN ? weightedSlopes(row, range, scale: scale, bias: bias) : results[0][2]
    }
    let (probability, loss) = logistic(-(similarity * scale + bias))
    value += Double(loss)
    guard row.needsDerivatives else { return value }
    row.derivatives[positive] = -probability * C(row.scale * row.parameters[0])
    let ownSlope = probability == 0 ? 0 : Double(probability) * Double(similarity)
    row.parameterDerivatives[0] = row.scale * (weightedSlope - ownSlope)
    row.parameterDerivatives[1] = row.scale * (slope - Double(probability))
    return value
  }

  /// The sum of the products of derivatives and similarities, of which an infinite one may have the derivative 0: then the
  /// product is 0, too.
  private func weightedSlopes<C: RealScalar>(
    _ row: SimilarityRow<C>, _ range: Range<Int>, scale: C, bias: C
  ) -> Double {
    range.reduce(0) { sum, index in
      let similarity = row.similarities[index]
      let slope = sigmoid(similarity * scale + bias)
      return slope == 0 ? sum : sum + Double(slope) * Double(similarity)
    }
  }
}

/// The values of similarities that do not belong together, and their derivatives.
@usableFromInline
package struct SigmoidKernel<C: RealScalar>: Kernel {
  @usableFromInline let similarities: UncheckedBuffer<C>
  @usableFromInline let derivatives: UncheckedBuffer<C>
  @usableFromInline let count: Int
  @usableFromInline let scale: C
  @usableFromInline let bias: C
  /// What derivatives with respect to z are multiplied by.
  @usableFromInline let factor: C
  /// The sums of the values, of the derivatives with respect to z, and of these times the similarities.
  @usableFromInline let results: UncheckedBuffer<Double>

  @export(implementation) @inline(__always)
  package func run() {
    var (values, slopes, weightedSlopes) = (0.0, 0.0, 0.0)
    // Sums of values wait in the place of the derivatives, some at a time.
    var start = 0
    while start < count {
      let size = min(Summation.partSize, count &- start)
      let (inputs, outputs) = (similarities.advanced(by: start), derivatives.advanced(by: start))
      for index in 0..<size { outputs[index] = softplus(inputs[index] * scale + bias) }
      values += Lanes.sum(count: size) { outputs[$0] }
      for index in 0..<size { outputs[index] = sigmoid(inputs[index] * scale + bias) }
      slopes += Lanes.sum(count: size) { outputs[$0] }
      weightedSlopes += Lanes.sum(count: size) { outputs[$0] * inputs[$0] }
      for index in 0..<size { outputs[index] *= factor }
      start &+= size
    }
    results[0] = values
    results[1] = slopes
    results[2] = weightedSlopes
  }
}
