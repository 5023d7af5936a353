public import LossEngine
public import RealMath
public import Tensors

/// Cross entropy of the softmax of scores that counts a sample less, the better it is predicted.
///
/// ```
/// p = softmax x,   loss = −w[y] · (1 − p[y])^γ · log p[y]
/// ```
///
///     let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
///     let loss = try FocalLoss()(logits, target: [0, 1] as Tensor<Int>)
///     print(loss)  // 0.87412393
///
/// With smoothing, the power multiplies the cross entropy with the smoothed target; see ``CrossEntropyLoss``.
///
/// **Edge cases**
/// - With γ = 0, the loss is ``CrossEntropyLoss`` to the bit.
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - Where the label is certain, p = 1, value and gradient are 0, also with γ < 1.
/// - NaN gives NaN, value and gradient of its sample. So does a score of +∞. A right class with the score −∞ costs ∞.
/// - A γ that is negative or infinite is an error, and so is a smoothing outside 0...1.
///
/// T.-Y. Lin et al., Focal loss for dense object detection, ICCV 2017,
/// [doi:10.1109/ICCV.2017.324](https://doi.org/10.1109/ICCV.2017.324).
public struct FocalLoss: Hashable, Codable, Sendable {
  /// The exponent γ.
  public var gamma: Double
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// The share ε of the probability that goes to all classes alike, but for those that a score of −∞ masks.
  public var labelSmoothing: Double
  /// How the values of the samples are reduced.
  public var reduction: Reduction
  /// The axis of the input that the classes are along. A negative one counts from the end: −1 is the last, as in the
  /// scores [B, T, C] of a language model. The labels have the other axes. In an input of one axis, 1 means that one.
  public var classAxis: Int

  /// Creates the loss with the given hyperparameters.
  public init(
    gamma: Double = 2, ignoreIndex: Int? = -100, labelSmoothing: Double = 0, reduction: Reduction = .mean,
    classAxis: Int = 1
  ) {
    self.gamma = gamma
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.reduction = reduction
    self.classAxis = classAxis
  }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights of the labels that are not ignored.
  ///   - sampleWeight: The weight of each sample, in the target's shape; all ones if it is `nil`. `mean` divides by the sum
  ///     of sample weight · class weight of the labels that are not ignored.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its label hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, or a label, a hyperparameter or the class axis is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try Check.hyperparameter("gamma", gamma, .finiteNonNegative)
    try options.check()
    return ColumnEvaluation<Self, InputGradient<Scalar>>(
      self,
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, sampleWeight: sampleWeight,
        mask: mask, reduction: reduction,
        options: ClassLossOptions(classAxis: classAxis, weightedPart: options.weightedPart)))
  }

  /// The hyperparameters of the cross entropy that the power multiplies.
  @usableFromInline var options: CrossEntropyLoss.Options {
    CrossEntropyLoss.Options(smoothing: labelSmoothing)
  }
}

// With c the cross entropy, K and k its factors (see `CrossEntropyLoss`), q = 1 − p[y] and m = q^γ, the loss is m·c.
// Since ∂p[y]/∂x[j] = p[y]·([j = y] − p[j]):
//
//   ∂/∂x[j] = m·(K·p[j] − k[j]) − g·([j = y] − p[j]),   g = γ·q^(γ−1)·p[y]·c
//
// which for the label is m·(K·p[y] − k[y]) − g·q, of which g·q = γ·m·p[y]·c has no pole.

extension FocalLoss: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { computeSteps(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { computeSteps(block) }

  private func computeSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
    if gamma == 0 { return CrossEntropyLoss.LabelFunction(options).computeEither(block) }
    let columns = LabelledColumns(block)
    let scales = Scratch<Double>(slots: 1, slotSize: block.columns)
    defer {
      columns.deallocate()
      scales.deallocate()
    }
    columns.findSoftmax(of: block)
    let smoothing = CrossEntropyLoss.Smoothing(of: block, options, columns)
    var certain: CertainColumns<C>?
    if smoothing.perClass > 0 {
      let positions = certainColumns(of: block, columns)
      if !positions.isEmpty { certain = CertainColumns(positions, of: block, columns) }
    }
    findTerms(of: block, columns, smoothing, &certain, shareScales: scales[0])
    block.clearIgnoredValues()
    smoothing.storeGradient(of: block, columns, scales: scales[0]) { part in
      certain?.addGradient(of: part, columns)
    }
  }

  /// Returns the columns whose label is so probable that the exponentials of the others may have vanished.
  @inline(__always)
  private func certainColumns<C: RealScalar>(
    of block: ColumnBlock<C>, _ columns: LabelledColumns<C>
  ) -> [Int] {
    // Below the least normal number they do. Of a sum that is so much greater they would be no part.
    let limit = Double(C.leastNormalMagnitude) / Double(C.ulpOfOne)
    return (0..<block.columns).filter { column in
      columns.sumOfOthers(column) < limit && block.label(ofColumn: column) != nil
    }
  }

  /// The value of each column, and what its gradient is made of.
  ///
  /// - Parameter shareScales: What the smoothing's shares are multiplied by in the gradient.
  @inline(__always)
  private func findTerms<C: RealScalar>(
    of block: ColumnBlock<C>, _ columns: LabelledColumns<C>, _ smoothing: CrossEntropyLoss.Smoothing<C>,
    _ certain: inout CertainColumns<C>?, shareScales: UncheckedBuffer<Double>
  ) {
    let unsmoothed = 1 - labelSmoothing
    /// Returns g·q times the scale of the column.
    @inline(__always) func storeTerms(ofColumn column: Int, logComplement: Double?) -> Double {
      let own = smoothing.masked?.column(column)
      let smoothedSum = own?.factorSum ?? smoothing.sum
      let share = own?.labelShare(columns) ?? Double(smoothing.perClass)
      let sum = 1 + columns.sumsMinusOne[column]
      let (p, q) = (Double(columns.exponentials[column]) / sum, columns.sumOfOthers(column) / sum)
      let smoothedEntropy =
        smoothing.perClass > 0
        ? columns.smoothedEntropy(
          column, maxMinusScores: own?.maxMinusScores ?? columns.maxMinusScores[column],
          factorSum: smoothedSum) : 0
      let c = columns.unsmoothedEntropy(column, unsmoothed) + smoothedEntropy
      let m = exp(gamma * (logComplement ?? log(q)))
      // g·q. 0·∞ is 0.
      let pull = p == 0 || m == 0 ? 0 : gamma * m * p * c
      let terms = columns.slopeTerms(column, unsmoothed: unsmoothed, pull: smoothedSum, share: share)
      let scale = block.scales[column]
      // g
      let rescaledPull = q == 0 || logComplement != nil ? 0 : pull / q
      block.values[column] = m == 0 && c.isInfinite ? 0 : m * c
      columns.storeSlopes(
        column, factorSum: m * terms.factorSum + rescaledPull, labelSlope: m * terms.labelSlope - pull,
        scale: scale)
      shareScales[column] = m * scale
      return pull * scale
    }
    for column in 0..<block.columns { _ = storeTerms(ofColumn: column, logComplement: nil) }
    certain?.findPulls { storeTerms(ofColumn: $0, logComplement: $1) }
  }
}
