public import LossEngine
internal import RealMath
public import Tensors

/// The loss of a transducer's scores against the labels of a sequence, where nobody knows at which frame each label is
/// emitted: for streaming speech recognition (RNN-T).
///
/// ```
/// loss = −log Σ ∏ p(k | t, u),   over all ways from (0, 0) to (T, U)
/// ```
///
/// At frame t, with u labels emitted, a blank goes on to frame t + 1 and the next label to u + 1. The last step is a
/// blank. The probabilities are the softmax of the logits at (t, u).
///
///     let logits = Tensor<Float>.zeros([1, 2, 2, 2])  // one sequence, two frames, one label; two classes
///     let loss = try RNNTLoss(blank: 0)(
///       logits, targets: [[1]] as Tensor<Int>, logitLengths: [2] as Tensor<Int>, targetLengths: [1] as Tensor<Int>)
///     print(loss)  // 1.3862944, which is −log(½·½·½ + ½·½·½): the label comes at the first frame or at the second
///
/// Unlike in `CTCLoss`, a label depends on those before it, and one frame may emit several. `mean` divides the sum of the
/// losses by the number of samples.
///
/// **Edge cases**
/// - Scores without samples or without frames are an error. A length of 0 is not.
/// - What lies beyond the lengths of a sample is not read, and has the gradient 0.
/// - A target without labels is read by blanks alone. Without frames, such a target has the loss 0, and one with labels
///   the loss ∞.
/// - A target of probability 0, since logits are −∞, has the loss ∞ and the gradient 0.
/// - NaN or ∞ among the logits of a sample makes its loss NaN, and its gradient up to its lengths.
/// - A label may be the blank. Ways that differ only in which of the two is meant count several times.
/// - Rounding never makes a loss negative, and no probability is so small that it is lost.
///
/// - Complexity: T·(U + 1)·V for each sample, with memory for T·(U + 1) numbers beside the results.
///
/// A. Graves, Sequence transduction with recurrent neural networks, 2012,
/// [doi:10.48550/arXiv.1211.3711](https://doi.org/10.48550/arXiv.1211.3711).
/// [torchaudio: RNNTLoss](https://docs.pytorch.org/audio/stable/generated/torchaudio.transforms.RNNTLoss.html)
public struct RNNTLoss: Hashable, Codable, Sendable {
  /// The class that stands for no label. A negative one counts from the end: −1 is the last.
  public var blank: Int
  /// The largest magnitude of the gradient of each sample's loss, before it is multiplied by the upstream and divided by
  /// `mean`; no limit where it is not positive.
  public var clamp: Double
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(blank: Int = -1, clamp: Double = -1, reduction: Reduction = .mean) {
    self.blank = blank
    self.clamp = clamp
    self.reduction = reduction
  }

  /// Returns the loss of logits and targets.
  ///
  /// - Parameters:
  ///   - logits: The scores of the classes, of shape [N, T, U + 1, V]: for each sample, each frame, and each number of
  ///     labels that were emitted before. The loss takes their log-softmax.
  ///   - targets: The labels of each sample, padded, [N, U].
  ///   - logitLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  ///   - targetLengths: The number of labels of each sample, [N], or [] for a single one. Later labels are ignored.
  ///   - sampleWeight: The weight of each sample, [N]; all ones if it is `nil`. `mean` divides by their sum.
  ///   - mask: Which samples count, [N]; all if it is `nil`. One that is out, or has weight 0, adds 0 to value and gradient,
  ///     whatever its logits and its labels are, and `mean` does not count it. Its lengths must fit all the same.
  /// - Throws: `LossError` where a shape, a length or a label does not fit, the blank is no class, or the clamp is NaN.
  public func callAsFunction<Scalar: LossScalar>(
    _ logits: Tensor<Scalar>, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    logitLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try Check.hyperparameter("clamp", clamp, .number)
    return RNNTEvaluation(
      loss: self,
      arguments: try RNNTArguments(
        logits, targets: TypedLabels(targets, ignoreIndex: nil),
        logitLengths: TypedLabels(logitLengths, ignoreIndex: nil),
        targetLengths: TypedLabels(targetLengths, ignoreIndex: nil), blank: blank,
        sampleWeight: sampleWeight, mask: mask, reduction: reduction))
  }

  /// Returns the loss of logits that are the sums of two outputs, without a tensor of all of them.
  ///
  ///     let loss = try RNNTLoss(blank: 0)(
  ///       encoder: Tensor<Float>.zeros([1, 2, 2]), predictor: Tensor<Float>.zeros([1, 2, 2]),
  ///       targets: [[1]] as Tensor<Int>, logitLengths: [2] as Tensor<Int>, targetLengths: [1] as Tensor<Int>)
  ///     print(loss)  // 1.3862944
  ///
  /// The logit of a class at frame t and position u is `encoder[n, t, class] + predictor[n, u, class]`. Memory beside the
  /// results is T·(U + 1) for each sample, not T·(U + 1)·V. ``clamp`` limits the gradient with respect to the logits,
  /// before it is summed.
  ///
  /// - Parameters:
  ///   - encoder: What is known of the frames, of shape [N, T, V].
  ///   - predictor: What is known of the labels, of shape [N, U + 1, V].
  ///   - targets: The labels of each sample, padded, [N, U].
  ///   - logitLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  ///   - targetLengths: The number of labels of each sample, [N], or [] for a single one. Later labels are ignored.
  ///   - sampleWeight: The weight of each sample, [N]; all ones if it is `nil`. `mean` divides by their sum.
  ///   - mask: Which samples count, [N]; all if it is `nil`. One that is out, or has weight 0, adds 0 to value and gradient,
  ///     whatever its logits and its labels are, and `mean` does not count it. Its lengths must fit all the same.
  /// - Throws: `LossError` where a shape, a length or a label does not fit, the blank is no class, or the clamp is NaN.
  public func callAsFunction<Scalar: LossScalar>(
    encoder: Tensor<Scalar>, predictor: Tensor<Scalar>,
    targets: Tensor<some FixedWidthInteger & TensorScalar>,
    logitLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>, sampleWeight: Tensor<Scalar>? = nil,
    mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, RNNTJoinedGradient<Scalar>, RNNTJoinedGradient<Scalar>> {
    try Check.hyperparameter("clamp", clamp, .number)
    return RNNTJoinedEvaluation(
      loss: self,
      arguments: try RNNTJoinedArguments(
        encoder, predictor, targets: TypedLabels(targets, ignoreIndex: nil),
        logitLengths: TypedLabels(logitLengths, ignoreIndex: nil),
        targetLengths: TypedLabels(targetLengths, ignoreIndex: nil), blank: blank,
        sampleWeight: sampleWeight, mask: mask, reduction: reduction))
  }

  /// Returns the loss of a sample of either type, and computes its gradient if it is asked for.
  @inline(__always)
  func computeEither<C: RealScalar>(_ sample: RNNTSample<C>) -> Double {
    dispatch(
      sample, on: C.self, inFloat: { compute($0 as RNNTSample<Float>) },
      inDouble: { compute($0 as RNNTSample<Double>) })
  }

  private func compute<C: RealScalar>(_ sample: RNNTSample<C>) -> Double {
    if sample.frames == 0 { return sample.labels.isEmpty ? 0 : .infinity }
    return compute(sample, WideDouble.self) ?? compute(sample, LogDouble.self)!
  }

  /// Does the same in numbers of one kind, or returns `nil` if they may have lost digits.
  @inline(__always)
  private func compute<C: RealScalar, Number: LatticeNumber>(
    _ sample: RNNTSample<C>, _: Number.Type
  ) -> Double? {
    let lattice = RNNTLattice<C, Number>(sample)
    defer { lattice.deallocate() }
    lattice.findEmissions()
    let likelihood = lattice.forward()
    let loss = -likelihood.logarithm(dividedByTwoTo: 0)
    // The exponents of `WideDouble` are whole numbers up to 2⁵³, and a sum of them is rounded beyond.
    if Number.self == WideDouble.self, loss > 0x1p30, loss < .infinity { return nil }
    // Probabilities are rounded, so those of all ways may add up to a little more than 1.
    let rounding = Double(sample.frames + sample.labels.count) * Double(C.ulpOfOne)
    let value = -rounding...0 ~= loss ? 0 : loss
    guard let gradient = sample.gradient else { return value }
    if loss.isFinite {
      lattice.backward(likelihood: likelihood)
      gradient.write(RNNTSlopes(sample, lattice.posteriors, clamp: clamp))
    } else {
      gradient.fill(with: loss == .infinity ? 0 : .nan, sample)
    }
    return value
  }
}
