public import LossEngine
public import RealMath
public import Tensors

/// How far the score of the right class is from being above every other by a margin.
///
/// ```
/// loss = Σ w[y] · max(0, margin − x[y] + x[i])ᵖ / C,   over all i ≠ y
/// ```
///
///     let scores: Tensor<Float> = [[0.3, 0.7], [0.5, 0.5]]
///     let loss = try MultiMarginLoss()(scores, target: [1, 0] as Tensor<Int>)
///     print(loss)  // 0.4
///
/// **Edge cases**
/// - At the kink, the gradient is 0.
/// - A NaN among the scores gives NaN, value and gradient of its sample; with one class, nothing is compared, and both
///   are 0. The difference of equal infinities costs nothing.
/// - Without samples, the sum is 0 and the mean NaN.
///
/// [PyTorch: MultiMarginLoss](https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiMarginLoss.html)
public struct MultiMarginLoss: Hashable, Codable, Sendable {
  /// The power of what is missing: 1 or 2.
  public var p: Int
  /// By how much the score of the right class should be larger.
  public var margin: Double
  /// How the values of the samples are reduced.
  public var reduction: Reduction

  /// Creates the loss with the given hyperparameters.
  public init(p: Int = 1, margin: Double = 1, reduction: Reduction = .mean) {
    self.p = p
    self.margin = margin
    self.reduction = reduction
  }

  /// Returns the loss of scores and labels.
  ///
  /// - Parameters:
  ///   - input: The scores, of shape [C] or [N, C]. A single number counts as one class.
  ///   - target: The labels, of shape [] or [N] and any integer type.
  ///   - weight: The weight of each class, of shape [C]; all ones if it is `nil`. `mean` does not divide by it.
  ///   - sampleWeight: The weight of each sample, in the shape of the target; all ones if it is `nil`. `mean` divides
  ///     by the sum of the sample weights.
  ///   - mask: Which samples count, in the same shape; all if it is `nil`. One that is out, or has weight 0, adds 0 to value
  ///     and gradient, whatever it and its target hold, and `mean` does not count it.
  /// - Throws: `LossError` where a shape does not fit, a label is out of range, p is neither 1 nor 2, or the margin is
  ///   NaN.
  @inlinable
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil,
    sampleWeight: Tensor<Scalar>? = nil, mask: Tensor<Bool>? = nil
  ) throws(LossError) -> some Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> {
    guard 1...2 ~= p else {
      throw LossError.invalidHyperparameter(name: "p", integer: p, requirement: "1 or 2")
    }
    try Check.hyperparameter("margin", margin, .number)
    return ColumnEvaluation<Self, InputGradient<Scalar>>(
      self,
      try ColumnArguments(
        input, target: .labels(target, ignoring: nil), weight: weight, sampleWeight: sampleWeight, mask: mask,
        reduction: reduction,
        options: ClassLossOptions(isMeanWeighted: false, allowsFurtherAxes: false)))
  }
}

extension MultiMarginLoss: ColumnFunction {
  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { runStep(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { runStep(block) }

  private func runStep<C: RealScalar>(_ block: ColumnBlock<C>) {
    if p == 1 {
      run(Step<Hinge, C>(margin: margin), block)
    } else {
      run(Step<SquaredHinge, C>(margin: margin), block)
    }
  }

  private func run<Power, C>(_ step: Step<Power, C>, _ block: ColumnBlock<C>) {
    if block.isResident { step.run(block) } else { step.runInParts(block) }
  }

  /// A power of max(0, z), and its derivative. The value at NaN is NaN.
  @usableFromInline
  package protocol HingePower: Sendable {
    static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C)
  }

  @usableFromInline
  package enum Hinge: HingePower {
    @export(implementation) @inline(__always)
    package static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C) {
      (z < 0 ? 0 : z, z > 0 ? 1 : 0)
    }
  }

  @usableFromInline
  package enum SquaredHinge: HingePower {
    @export(implementation) @inline(__always)
    package static func terms<C: RealScalar>(_ z: C) -> (value: C, slope: C) {
      let hinge = z < 0 ? 0 : z
      return (hinge * hinge, z > 0 ? 2 * z : 0)
    }
  }

  // With z = margin − x[y] + x[i] > 0: ∂/∂x[i] = w[y] · p·zᵖ⁻¹ / C, and ∂/∂x[y] is minus the sum of them all.
  @frozen @usableFromInline
  package struct Step<Power: HingePower, C: RealScalar>: ColumnStep {
    @usableFromInline let margin: Double

    @inlinable
    init(margin: Double) { self.margin = margin }

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      if Order.linesAreColumns { computeLines(block) } else { computeAcrossLines(block) }
    }

    /// Computes one column after another.
    @export(implementation) @inline(__always)
    func computeLines(_ block: ColumnBlock<C>) {
      for column in 0..<block.columns {
        let (label, scores) = (block.labels[column], block.input.line(column))
        let weight = block.weight(at: label)
        let factor = weight / Double(block.classes)
        let labelScore = scores[label]

        /// The sum over all classes but the right one.
        @inline(__always) func sum(_ term: (C) -> C) -> Double {
          let next = label + 1
          return Summation.sum(count: label) { term(z(scores[$0], labelScore)) }
            + Summation.sum(count: block.classes - next) { term(z(scores[next &+ $0], labelScore)) }
        }
        let values = sum { Power.terms($0).value }
        if values.isNaN {
          computeUnordered(block, column, labelScore: labelScore, factor: factor)
          continue
        }
        block.values[column] = factor * values

        guard let gradient = block.inputGradient?.line(column) else { continue }
        let scale = factor * block.scales[column]
        for index in 0..<block.classes {
          gradient[index] = C(scale) * Power.terms(z(scores[index], labelScore)).slope
        }
        gradient[label] = C(-scale * sum { Power.terms($0).slope })
      }
    }

    /// Computes all columns class by class: short ones, which are many.
    @export(implementation) @inline(__always)
    func computeAcrossLines(_ block: ColumnBlock<C>) {
      let columns = block.columns
      let numbers = Scratch<C>(slots: 2, slotSize: columns)
      let doubles = Scratch<Double>(slots: 3, slotSize: columns)
      defer {
        numbers.deallocate()
        doubles.deallocate()
      }
      // As numbers of the type, labels are compared with as many at once.
      let (labels, labelScores) = (numbers[0], numbers[1])
      let (factors, sums, slopeSums) = (doubles[0], doubles[1], doubles[2])
      for column in 0..<columns {
        let label = block.labels[column]
        labels[column] = C(label)
        labelScores[column] = block.input.line(label)[column]
        factors[column] = block.weight(at: label) / Double(block.classes)
      }

      sums.clear(count: columns)
      for line in 0..<block.classes {
        let (scores, label) = (block.input.line(line), C(line))
        for column in 0..<columns {
          let value = Power.terms(z(scores[column], labelScores[column])).value
          sums[column] += Double(select(labels[column] == label, 0, value))
        }
      }
      for column in 0..<columns { block.values[column] = factors[column] * sums[column] }

      if let gradient = block.inputGradient {
        slopeSums.clear(count: columns)
        for line in 0..<block.classes {
          let (scores, label, slopes) = (block.input.line(line), C(line), gradient.line(line))
          for column in 0..<columns {
            let slope = Power.terms(z(scores[column], labelScores[column])).slope
            let counted = select(labels[column] == label, 0, slope)
            slopes[column] = C(factors[column] * block.scales[column]) * counted
            slopeSums[column] += Double(counted)
          }
        }
        for column in 0..<columns {
          gradient.line(block.labels[column])[column] = C(
            -(factors[column] * block.scales[column] * slopeSums[column]))
        }
      }
      for column in 0..<columns where sums[column].isNaN {
        computeUnordered(block, column, labelScore: labelScores[column], factor: factors[column])
      }
    }

    /// The difference of scores comes first: it is exact where they are nearly equal.
    @export(implementation) @inline(__always)
    func z(_ score: C, _ labelScore: C) -> C { C(margin) + (score - labelScore) }
  }
}
