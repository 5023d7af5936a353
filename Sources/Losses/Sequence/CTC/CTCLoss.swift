public import LossEngine
internal import RealMath
public import Tensors

/// The loss of scores for the frames of a sequence against the labels in it, where nobody knows which frames belong to
/// which label: connectionist temporal classification, for speech and handwriting.
///
/// ```
/// loss = −log Σ ∏ₜ p(t, πₜ),   over all paths π that are the target once repeats are merged and blanks left out
/// ```
///
///     let probabilities: Tensor<Float> = [[0.6, 0.4], [0.6, 0.4]]  // two frames; a blank and one label
///     let loss = try CTCLoss()(
///       probabilities.map { log($0) }, targets: [1] as Tensor<Int>, inputLengths: [2] as Tensor<Int>,
///       targetLengths: [1] as Tensor<Int>)
///     print(loss)  // 0.44628704, which is −log(0.6 · 0.4 + 0.4 · 0.6 + 0.4 · 0.4)
///
/// The scores have shape [T, N, C], or [T, C] without a batch. The targets are padded, [N, S], or one after another, [Σ
/// lengths]. Lengths have shape [N], or [] for one sample. Labels and lengths may be of any integer type. Frames past a
/// sample's input length count for nothing. `mean` divides each loss by the length of its target, or by 1 where that is
/// empty, and their sum by N.
///
/// The article <doc:CTC> explains the loss from the beginning.
///
/// **Edge cases**
/// - A target that has no path, having more labels than there are frames for, has the loss ∞, or 0 with `zeroInfinity`,
///   and the gradient 0.
/// - Scores without samples or without frames are an error. A length of 0 is not.
/// - Rounding never makes a loss negative.
///
/// - Complexity: O(T · (S + C)) time for each sample. A thread keeps at most S + 1 numbers of `Double` for each frame,
///   and for the gradient S + 1 more. What would take more than 6 MiB is computed in parts: for the gradient twice, and
///   for the longest sequences a few times.
///
/// A. Graves, S. Fernández, F. Gomez, J. Schmidhuber, Connectionist temporal classification: labelling unsegmented
/// sequence data with recurrent neural networks, ICML 2006, https://doi.org/10.1145/1143844.1143891
///
/// [PyTorch: CTCLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CTCLoss.html)
public struct CTCLoss: Hashable, Codable, Sendable {
  /// What the scores are, and what the gradient is taken with respect to.
  public enum Input: String, Hashable, Codable, Sendable, CaseIterable {
    /// Log-probabilities. The gradient is that with respect to the logits whose log-softmax they are, as in PyTorch.
    case logProbabilities
    /// Log-probabilities. The gradient is the partial derivative with respect to each, the others held constant.
    case freeLogProbabilities
    /// Logits, whose log-softmax the loss takes. The gradient is that with respect to the logits.
    case logits
  }

  /// The class that stands for no label.
  public var blank: Int
  /// Whether a target that has no path has the loss 0 instead of ∞.
  public var zeroInfinity: Bool
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// What the scores are.
  public var input: Input

  /// Creates the loss with the given hyperparameters.
  public init(
    blank: Int = 0, zeroInfinity: Bool = false, reduction: Reduction = .mean, input: Input = .logProbabilities
  ) {
    self.blank = blank
    self.zeroInfinity = zeroInfinity
    self.reduction = reduction
    self.input = input
  }

  /// Returns the loss of scores and targets.
  ///
  /// - Parameters:
  ///   - scores: Log-probabilities or logits, as ``input`` says, of shape [T, N, C], or [T, C] without a batch.
  ///   - targets: The labels: padded, [N, S], or concatenated, [Σ lengths].
  ///   - inputLengths: The number of frames of each sample, [N], or [] for a single one. Later frames are ignored.
  ///   - targetLengths: The number of labels of each sample, [N], or [] for a single one.
  ///   - sampleWeight: The weight of each sample, [N], or [] without a batch; all ones if it is `nil`. `mean` divides by the
  ///     sum of the weights instead of N.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever its scores and labels are, and `mean` does not count it. Its lengths must be possible.
  /// - Throws: `LossError` where a shape, a length or a label does not fit, or the blank is no class. It names the
  ///   sample of a wrong length or label.
  public func callAsFunction<Scalar: LossScalar>(
    _ scores: Tensor<Scalar>, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try evaluation(
      scores, targets: targets, inputLengths: inputLengths, targetLengths: targetLengths,
      sampleWeight: sampleWeight, mask: mask, memory: CTCWindows.memory)
  }

  /// Returns the loss of scores and targets, where a thread may keep so many bytes of the frames of a sample.
  package func evaluation<Scalar: LossScalar>(
    _ scores: Tensor<Scalar>, targets: Tensor<some FixedWidthInteger & TensorScalar>,
    inputLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    targetLengths: Tensor<some FixedWidthInteger & TensorScalar>,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil, memory: Int
  ) throws(LossError) -> CTCEvaluation<Scalar> {
    CTCEvaluation(
      loss: self,
      arguments: try CTCArguments(
        scores, targets: TypedLabels(targets, ignoreIndex: nil),
        inputLengths: TypedLabels(inputLengths, ignoreIndex: nil),
        targetLengths: TypedLabels(targetLengths, ignoreIndex: nil), sampleWeight: sampleWeight, mask: mask,
        blank: blank, reduction: reduction, memory: memory))
  }

  /// Returns the loss of a sample of either type, and computes its gradient if it is asked for.
  @inline(__always)
  func computeEither<C: RealScalar>(_ sample: CTCSample<C>) -> Double {
    dispatch(
      sample, on: C.self, inFloat: { compute($0 as CTCSample<Float>) },
      inDouble: { compute($0 as CTCSample<Double>) })
  }

  private func compute<C: RealScalar>(_ sample: CTCSample<C>) -> Double {
    let loss = loss(of: sample)
    if loss == .infinity { sample.fillGradient(with: 0) }
    // Nothing is known of scores whose sum overflows.
    if loss.isNaN || loss == -.infinity { sample.fillGradient(with: .nan) }
    // Log-probabilities are rounded, so their exponentials may add up to a little more than 1.
    let rounding = Double(sample.frames) * sample.relativeError
    let isZero = -rounding...0 ~= loss || (zeroInfinity && loss == .infinity)
    return isZero ? 0 : loss
  }

  @inline(__always)
  private func loss<C: RealScalar>(of sample: CTCSample<C>) -> Double {
    if !sample.hasPath { return .infinity }
    if sample.frames == 0 { return 0 }
    let frames = CTCFrames(sample, areLogits: input == .logits)
    let isGradientAsked = sample.gradient != nil
    // `Double` nearly always does. Where it may not, its backward variables tell.
    let fast = outcome(of: frames, keepsRows: isGradientAsked, Double.self)
    if !(isGradientAsked ? fast.isGradientLossy : fast.isLossy) { return fast.loss }
    if !isGradientAsked {
      let certain = outcome(of: frames, keepsRows: true, Double.self)
      if !certain.isGradientLossy { return certain.loss }
    }
    let wide =
      areExtreme(scoresOf: sample)
      ? outcome(of: frames, keepsRows: isGradientAsked, LogDouble.self)
      : outcome(of: frames, keepsRows: isGradientAsked, WideDouble.self)
    return fast.isLossy ? wide.loss : fast.loss
  }

  /// Whether sums of scores are so large that the exponents of `WideDouble` would lose digits.
  @inline(__always)
  private func areExtreme<C: RealScalar>(scoresOf sample: CTCSample<C>) -> Bool {
    (0..<sample.frames).contains { frame in
      let row = sample.scores.row(frame)
      func isExtreme(_ index: Int) -> Bool {
        let magnitude = Double(row[index].magnitude)
        return magnitude > 0x1p20 && magnitude < .infinity
      }
      return isExtreme(sample.blank) || sample.labels.contains(where: isExtreme)
    }
  }

  private struct Outcome {
    var loss: Double
    /// Whether the loss may be wrong because numbers underflowed.
    var isLossy = false
    /// The same for the gradient. If it is false, the loss is right in any case.
    var isGradientLossy = false
  }

  /// The loss of a sample and its gradient, in numbers of one kind.
  ///
  /// With the posterior γₜ(c), the probability that a path of the target is at class c at frame t,
  ///
  /// ```
  /// ∂loss/∂log p(t, c) = −γₜ(c)
  /// ∂loss/∂logit(t, c) = p(t, c) · Σ γₜ − γₜ(c) = p(t, c) − γₜ(c)        (16)
  /// ```
  ///
  /// since ∂log p(t, k)/∂logit(t, c) = [k = c] − p(t, c), and the posteriors of a frame add up to 1.
  @inline(__always)
  private func outcome<C: RealScalar, Number: LatticeNumber>(
    of frames: CTCFrames<C>, keepsRows: Bool, _: Number.Type
  ) -> Outcome {
    let sample = frames.sample
    var lattice = CTCLattice<C, Number>(frames, keepsRows: keepsRows)
    defer { lattice.deallocate() }
    let forward = lattice.forward()
    var outcome = Outcome(
      loss: -forward.logLikelihood, isLossy: forward.isLossy, isGradientLossy: forward.isLossy)
    guard keepsRows, outcome.loss.isFinite else { return outcome }
    // Rows that are written may be overwritten by those in wider numbers. Rows that are added must be right at once.
    if Number.isLimited, sample.accumulates || sample.gradient == nil {
      outcome.isGradientLossy = !lattice.backward(after: forward) { _ in }
      if sample.gradient == nil || outcome.isGradientLossy { return outcome }
    }
    if let gradient = sample.gradient {
      let emissions = lattice.emissions
      outcome.isGradientLossy = !lattice.backward(after: forward) { posteriors in
        write(posteriors, of: frames, emissions, to: gradient.row(posteriors.frame))
        gradient.store(posteriors.frame)
      }
    }
    return outcome
  }

  @inline(__always)
  private func write<C: RealScalar, Number: LatticeNumber>(
    _ posteriors: CTCPosteriors<Number>, of frames: CTCFrames<C>, _ emissions: CTCEmissions<C, Number>,
    to gradient: UncheckedBuffer<C>
  ) {
    let (scale, classes) = (frames.sample.scale, frames.sample.classes)
    let isFree = input == .freeLogProbabilities
    if emissions.classCount < classes {
      if isFree {
        gradient.clear(count: classes)
      } else {
        frames.writeProbabilities(at: posteriors.frame, times: scale, to: gradient)
      }
    }
    let largest = isFree ? 0 : scale * posteriors.largest
    var rest = 1.0
    for slot in 0..<emissions.classCount {
      let posterior = (posteriors.sums[slot] * posteriors.factor).value
      rest -= posterior
      gradient[emissions.classes[slot]] = C(largest * posteriors.emissions[slot].value - scale * posterior)
    }
    // The blanks have what the labels leave, if they are possible.
    let slot = emissions.blankSlot
    let emission = posteriors.emissions[slot]
    let blank = emission.isZero ? 0 : (posteriors.sums[slot] * posteriors.factor).value + rest
    gradient[emissions.classes[slot]] = C(largest * emission.value - scale * blank)
  }
}
