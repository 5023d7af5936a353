public import LossEngine
public import RealMath
public import Tensors

/// Cross entropy of the softmax of scores: minus the log-probability of the right class.
///
/// ```
/// log p = x − log Σᵢ eˣⁱ,   loss = −w[y] · log p[y]
/// ```
///
///     let logits: Tensor<Float> = [[1, 2, 3]]
///     let loss = try CrossEntropyLoss()(logits, target: [2] as Tensor<Int>)
///     print(loss)  // 0.40760595
///
/// The target is a label for each sample, or a probability for each class. With smoothing ε, the right class has
/// probability 1 − ε, and ε is shared equally among all C classes:
///
/// ```
/// t ← (1 − ε)·t + ε/C,   loss = −Σᵢ w[i]·t[i]·log p[i]
/// ```
///
/// **Edge cases**
/// - The value and the gradient of an ignored sample are 0, whatever it holds. Where all are ignored, the sum is 0, the
///   mean NaN and the gradient 0.
/// - A class of probability 0 adds 0 to the loss, also where its score is −∞.
/// - NaN gives NaN, value and gradient of its sample, but for the gradient with respect to the probabilities where one
///   of these is NaN, which does not depend on them. So does a score of +∞. A right class with the score −∞ costs ∞.
/// - A smoothing outside 0...1 is an error.
///
/// C. Szegedy et al., Rethinking the Inception architecture, CVPR 2016,
/// [doi:10.1109/CVPR.2016.308](https://doi.org/10.1109/CVPR.2016.308) (label smoothing).
/// [PyTorch: CrossEntropyLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html)
public struct CrossEntropyLoss: Hashable, Codable, Sendable {
  /// The label of samples that are ignored; it may be that of a class.
  public var ignoreIndex: Int?
  /// The share ε of the probability that goes to all classes alike.
  public var labelSmoothing: Double
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(ignoreIndex: Int? = -100, labelSmoothing: Double = 0, reduction: Reduction = .mean) {
    self.ignoreIndex = ignoreIndex
    self.labelSmoothing = labelSmoothing
    self.reduction = reduction
  }

  /// Returns the loss of scores and labels.
  ///
  ///     let logits: Tensor<Float> = [[2, 1, 0], [0, 1, 3]]
  ///     let loss = try CrossEntropyLoss()(logits, target: [0, 1] as Tensor<Int32>, weight: [1, 2, 1])
  ///     print(loss.backward().shape)  // [2, 3]
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The labels, of shape [], [N] or [N, d…] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the sum of the
  ///     weights of the labels that are not ignored.
  /// - Throws: `LossError` where a shape does not fit, or a label or the smoothing is out of range.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    try checkHyperparameters()
    return ColumnEvaluation<LabelTarget, InputGradient<Scalar>>(
      LabelTarget(smoothing: labelSmoothing),
      try ColumnArguments(
        input, target: .labels(target, ignoring: ignoreIndex), weight: weight, reduction: reduction))
  }

  /// Returns the loss of scores and a probability for each class.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C], [N, C] or [N, C, d…].
  ///   - target: The probabilities, in the same shape.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` divides by the number of
  ///     samples all the same.
  /// - Throws: `LossError` where a shape does not fit, the smoothing is out of range, or ``ignoreIndex`` is that of a
  ///   class, since no probability can be ignored.
  @inlinable
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> {
    try checkHyperparameters()
    if let ignoreIndex, ignoreIndex >= 0 {
      throw .invalidHyperparameter(
        name: "ignoreIndex", integer: ignoreIndex,
        requirement: "negative or nil where the target is probabilities, of which none can be ignored")
    }
    return ColumnEvaluation<ProbabilityTarget, InputTargetGradient<Scalar>>(
      ProbabilityTarget(smoothing: labelSmoothing),
      try ColumnArguments(input, target: .probabilities(target), weight: weight, reduction: reduction))
  }

  @usableFromInline
  func checkHyperparameters() throws(LossError) {
    try Check.hyperparameter("labelSmoothing", labelSmoothing, .unit)
  }
}

// With m the largest score of a column and e = e^(x − m): S = Σ e and log p = (x − m) − log S. The largest e is 1, and
// S − 1 is what is left of a prediction that is certain and right. Any target is a factor k for each class, and
// loss = −Σ k·log p. With K = Σ k, and since ∂log p[i]/∂x[j] = [i = j] − p[j],
//
//   ∂loss/∂x = K·p − k = (K·e − k·S) / S.

extension CrossEntropyLoss {
  /// Labels: k = w·ε/C for each class, and w·(1 − ε) more for that of the label.
  @usableFromInline
  package struct LabelTarget: ColumnFunction {
    @usableFromInline let smoothing: Double

    @inlinable
    init(smoothing: Double) { self.smoothing = smoothing }

    @inlinable package static var goesInParts: Bool { true }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Float>) { runSteps(block) }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Double>) { runSteps(block) }

    private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      // All are ignored, if there are any.
      if block.classes == 0 { return block.values.clear(count: block.columns) }
      let columns = LabelledColumns(block)
      defer { columns.deallocate() }
      columns.findSoftmax(of: block)
      let smoothingPerClass = C(smoothing / Double(block.classes))
      var smoothedSum = 0.0
      if smoothingPerClass > 0 {
        smoothedSum = Double(smoothingPerClass) * block.weightSum()
        columns.maxMinusScores.clear(count: block.columns)
        block.forEachPart(storesResults: false) { block, _ in
          SmoothingSums(smoothingPerClass: smoothingPerClass, columns: columns).run(block)
        }
      }
      LabelTerms(
        smoothing: smoothing, smoothingPerClass: smoothingPerClass, smoothedSum: smoothedSum,
        columns: columns,
        block: block)(elements: block.classes * block.columns)
      if block.inputGradient == nil { return }
      if smoothingPerClass > 0 {
        block.forEachPart(storesResults: true) { block, part in
          columns.findExponentialsAgain(of: block, part)
          SmoothingGradient(smoothingPerClass: smoothingPerClass, columns: columns).run(block)
          columns.storeLabelGradients(of: block)
        }
      } else {
        columns.scaleGradient(of: block)
      }
    }
  }

  /// The value of each column with a label, and what its gradient is made of.
  @usableFromInline
  package struct LabelTerms<C: RealScalar>: Kernel {
    @usableFromInline let smoothing: Double
    @usableFromInline let smoothingPerClass: C
    /// `smoothingPerClass` times the sum of the weights of all classes.
    @usableFromInline let smoothedSum: Double
    @usableFromInline let columns: LabelledColumns<C>
    @usableFromInline let block: ColumnBlock<C>

    @export(implementation) @inline(__always)
    package func run() {
      let (sumsMinusOne, weights) = (columns.sumsMinusOne, columns.weights)
      let unsmoothed = 1 - smoothing
      for column in 0..<block.columns {
        let negativeLogProbability = columns.negativeLogProbability(column)
        block.values[column] = unsmoothed == 0 ? 0 : unsmoothed * weights[column] * negativeLogProbability
      }
      if smoothingPerClass > 0 {
        for column in 0..<block.columns {
          block.values[column] +=
            columns.maxMinusScores[column] + smoothedSum * Double(columns.logSums[column])
        }
      }
      block.clearIgnoredValues()

      if block.inputGradient == nil { return }
      for column in 0..<block.columns {
        let (scale, sum, weight) = (block.scales[column], 1 + sumsMinusOne[column], weights[column])
        // 1 − p is (S − e) / S, which is exact where the label is almost certain.
        let e = Double(columns.exponentials[column])
        let slope =
          (smoothedSum * e - unsmoothed * weight * ((1 - e) + sumsMinusOne[column])) / sum
          - Double(smoothingPerClass) * weight
        columns.factors[column] = C((unsmoothed * weight + smoothedSum) / sum * scale)
        columns.labelGradients[column] = C(slope * scale)
      }
    }
  }

  /// Adds Σ k·(m − x) over the classes that smoothing gives a share.
  @usableFromInline
  package struct SmoothingSums<C: RealScalar>: ColumnStep {
    @usableFromInline let smoothingPerClass: C
    @usableFromInline let columns: LabelledColumns<C>

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
      defer { sweeps.deallocate() }
      let (maxima, input) = (columns.maxima, block.input)
      @inline(__always) func addend(_ place: PanelPlace, weight: C) -> C {
        smoothingPerClass * weight * (maxima[Order.column(of: place)] - input[place])
      }
      if let weight = block.weight {
        sweeps.addSums(to: columns.maxMinusScores) { addend($0, weight: weight[Order.classIndex(of: $0)]) }
      } else {
        sweeps.addSums(to: columns.maxMinusScores) { addend($0, weight: 1) }
      }
    }
  }

  /// The gradient with smoothing, from the exponentials.
  @usableFromInline
  package struct SmoothingGradient<C: RealScalar>: ColumnStep {
    @usableFromInline let smoothingPerClass: C
    @usableFromInline let columns: LabelledColumns<C>

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      guard let gradient = block.inputGradient else { return }
      let (factors, scales) = (columns.factors, block.scales)
      @inline(__always) func store(_ place: PanelPlace, weight: C) {
        let (k, column) = (smoothingPerClass * weight, Order.column(of: place))
        gradient[place] = gradient[place] * factors[column] - k * C(scales[column])
      }
      if let weight = block.weight {
        block.visit(Order.self) { store($0, weight: weight[Order.classIndex(of: $0)]) }
      } else {
        block.visit(Order.self) { store($0, weight: 1) }
      }
    }
  }

  /// Probabilities: k = w·((1 − ε)·t + ε/C), and ∂loss/∂t = −(1 − ε)·w·log p.
  @usableFromInline
  package struct ProbabilityTarget: ColumnFunction {
    @usableFromInline let smoothing: Double

    @inlinable
    init(smoothing: Double) { self.smoothing = smoothing }

    @inlinable package static var goesInParts: Bool { true }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Float>) { runSteps(block) }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Double>) { runSteps(block) }

    private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      let numbers = Scratch<C>(slots: 6, slotSize: block.columns)
      let sums = Scratch<Double>(slots: 2, slotSize: block.columns)
      defer {
        numbers.deallocate()
        sums.deallocate()
      }
      let (unsmoothed, smoothingPerClass) = (C(1 - smoothing), C(smoothing / Double(block.classes)))
      let (maxima, sumsMinusOne, factorSums) = (numbers[0], sums[0], sums[1])
      func step(_ part: SoftmaxPart<C>?) -> ProbabilityStep<C> {
        ProbabilityStep(
          unsmoothed: unsmoothed, smoothingPerClass: smoothingPerClass, numbers: numbers,
          sumsMinusOne: sumsMinusOne, factorSums: factorSums, part: part)
      }
      block.values.clear(count: block.columns)
      factorSums.clear(count: block.columns)
      block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { step($1).run($0) }
      if block.isResident { return }
      for column in 0..<block.columns {
        block.values[column] += ProbabilityStep.sharedTerm(
          factorSum: factorSums[column], logSum: log1p(C(sumsMinusOne[column])))
      }
      if block.inputGradient == nil, block.targetGradient == nil { return }
      block.forEachPart(storesResults: true) { step($1).run($0) }
    }
  }

  /// The value of each column whose target is probabilities, and the gradients.
  @usableFromInline
  package struct ProbabilityStep<C: RealScalar>: ColumnStep {
    @usableFromInline let unsmoothed: C
    @usableFromInline let smoothingPerClass: C
    /// Six numbers for each column, first the maximum.
    @usableFromInline let numbers: Scratch<C>
    @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
    /// The sum K of the factors.
    @usableFromInline let factorSums: UncheckedBuffer<Double>
    @usableFromInline let part: SoftmaxPart<C>?

    /// K·log S, which is a part of the value.
    @export(implementation) @inline(__always)
    static func sharedTerm(factorSum: Double, logSum: C) -> Double {
      factorSum == 0 ? 0 : factorSum * Double(logSum)
    }

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      guard let target = block.probabilities else { return }
      let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
      defer { sweeps.deallocate() }
      let (maxima, logSums) = (numbers[0], numbers[1])
      let (factors, roundedSums) = (numbers[2], numbers[3])
      let (totals, remainders) = (numbers[4], numbers[5])
      let (unsmoothed, smoothingPerClass) = (unsmoothed, smoothingPerClass)
      // −log p of an element is m − x, plus log S.
      func maxMinusScore(_ place: PanelPlace) -> C { maxima[Order.column(of: place)] - block.input[place] }

      // k of an element.
      @inline(__always) func factor(_ place: PanelPlace, weight: C) -> C {
        weight * (unsmoothed * target[place] + smoothingPerClass)
      }
      let k = sweeps.spare
      let isKnown = part?.pass == .exponentials
      sweeps.exponentials(
        of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient, step: part
      ) { line, positions in
        if isKnown { return }
        if let weight = block.weight {
          sweeps.evaluate(line, positions, in: k) { factor($0, weight: weight[Order.classIndex(of: $0)]) }
        } else {
          sweeps.evaluate(line, positions, in: k) { factor($0, weight: 1) }
        }
        sweeps.add(k, line, positions, to: factorSums, eachInDouble: true)
        sweeps.add(line, positions, to: block.values) { place in
          let (k, difference) = (k[place.position &- positions.lowerBound], maxMinusScore(place))
          // A class of probability 0 adds nothing, even if its score is −∞.
          return k == 0 ? 0 : k * difference
        }
      }
      if part != nil, !isKnown { return }
      for column in 0..<block.columns { logSums[column] = log1p(C(sumsMinusOne[column])) }
      if part == nil {
        for column in 0..<block.columns {
          block.values[column] += Self.sharedTerm(factorSum: factorSums[column], logSum: logSums[column])
        }
      }
      if let gradient = block.targetGradient {
        @inline(__always) func store(_ place: PanelPlace, weight: C) {
          let column = Order.column(of: place)
          let scale = unsmoothed * weight * C(block.scales[column])
          gradient[place] = scale == 0 ? 0 : scale * (maxMinusScore(place) + logSums[column])
        }
        if let weight = block.weight {
          block.visit(Order.self) { store($0, weight: weight[Order.classIndex(of: $0)]) }
        } else {
          block.visit(Order.self) { store($0, weight: 1) }
        }
      }
      guard let gradient = block.inputGradient else { return }
      for column in 0..<block.columns {
        factors[column] = C(block.scales[column] / (1 + sumsMinusOne[column]))
        roundedSums[column] = C(sumsMinusOne[column])
        // Where a certain prediction is right, K·e − k would miss what K loses to rounding.
        totals[column] = C(factorSums[column])
        remainders[column] = C(factorSums[column] - Double(totals[column]))
      }
      @inline(__always) func store(_ place: PanelPlace, weight: C) {
        let (k, e, column) = (factor(place, weight: weight), gradient[place], Order.column(of: place))
        let difference = (totals[column] * e - k) + (remainders[column] * e - k * roundedSums[column])
        gradient[place] = difference * factors[column]
      }
      if let weight = block.weight {
        block.visit(Order.self) { store($0, weight: weight[Order.classIndex(of: $0)]) }
      } else {
        block.visit(Order.self) { store($0, weight: 1) }
      }
    }
  }
}
