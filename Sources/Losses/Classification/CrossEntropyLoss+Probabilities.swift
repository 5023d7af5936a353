public import LossEngine
public import RealMath
public import Tensors

extension CrossEntropyLoss {
  /// Probabilities: k = w·((1 − ε)·t + ε/C), and ∂loss/∂t = −(1 − ε)·w·log p.
  @frozen @usableFromInline
  package struct ProbabilityFunction: ColumnFunction {
    @usableFromInline let options: Options

    @inlinable
    init(_ options: Options) { self.options = options }

    @inlinable package var numbersPerScore: Int { options.numbersPerScore }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Float>) { runCappedSteps(block) }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Double>) { runCappedSteps(block) }

    /// - Parameter weightSums: Sums, to which the gradient with respect to the weight of each class is added.
    func addWeightGradient<C: RealScalar>(of block: ColumnBlock<C>, to sums: UncheckedBuffer<Double>) {
      dispatch(
        block, on: C.self, inFloat: { runCappedSteps($0 as ColumnBlock<Float>, weightSums: sums) },
        inDouble: { runCappedSteps($0 as ColumnBlock<Double>, weightSums: sums) })
    }

    private func runCappedSteps<C: RealScalar>(
      _ block: ColumnBlock<C>, weightSums: UncheckedBuffer<Double>? = nil
    ) {
      guard let cap = options.softCap else { return runSteps(block, weightSums: weightSums) }
      block.withScores(cappedAt: cap) { runSteps($0, weightSums: weightSums) }
    }

    /// Adds t·(−log p) of each class, without its weight.
    private func addWeightGradient<C: RealScalar>(
      of block: ColumnBlock<C>, _ target: SmoothedTarget<C>, _ columns: TargetColumns<C>,
      _ masked: MaskedColumns<C>, to sums: UncheckedBuffer<Double>
    ) {
      for column in 0..<block.columns where block.scales[column] != 0 {
        let own = masked.column(column)
        for index in 0..<block.classes {
          let place = block.place(class: index, column: column)
          let t =
            own.map {
              Double(target.unsmoothed * target.probability(place)) + $0.share(ofScore: block.input[place])
            } ?? Double(target.factor(place, weight: 1))
          let maxMinusScore = Double(columns.maxima[column]) - Double(block.input[place])
          // A class of probability 0 adds nothing, even if its score is −∞.
          if t != 0 {
            sums[index] += block.scales[column] * (t * (maxMinusScore + Double(columns.logSums[column])))
          }
        }
      }
    }

    private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>, weightSums: UncheckedBuffer<Double>?) {
      let columns = TargetColumns(block)
      defer { columns.deallocate() }
      let (maxima, sumsMinusOne, classes) = (columns.maxima, columns.sumsMinusOne, block.classes)
      func target(of block: ColumnBlock<C>) -> SmoothedTarget<C>? {
        block.probabilities.map { SmoothedTarget($0, smoothing: options.smoothing, classes: classes) }
      }
      block.values.clear(count: block.columns)
      columns.factorSums.clear(count: block.columns)
      block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
        guard let target = target(of: block) else { return }
        SoftmaxWithSums(
          maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient,
          beside: .target(target, factorSums: columns.factorSums, maxMinusScores: block.values), part: part
        ).run(block)
      }
      let masked = MaskedColumns(of: block, options, maxima: maxima, sums: block.values)
      masked.storeSums(to: columns.factorSums, block.values)
      ProbabilityResults(options: options, columns: columns, block: block)(
        elements: block.classes * block.columns)
      if let weightSums {
        block.forEachPart(storesResults: false) { block, _ in
          guard let target = target(of: block) else { return }
          addWeightGradient(of: block, target, columns, masked, to: weightSums.advanced(by: block.firstClass))
        }
      }
      if block.inputGradient == nil, block.targetGradient == nil { return }
      block.forEachPart(storesResults: true) { block, part in
        guard let target = target(of: block) else { return }
        if let part, let gradient = block.inputGradient {
          SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: gradient, part: part).run(block)
        }
        ProbabilityGradients(target: target, columns: columns).run(block)
        masked.storeGradient(of: block, columns)
      }
    }
  }

  /// The loss of probabilities at given arguments.
  @frozen @usableFromInline
  package struct ProbabilityEvaluation<Scalar: LossScalar>: EngineEvaluation {
    @usableFromInline package typealias Gradient = Tensor<Scalar>
    @usableFromInline package typealias Gradients = InputTargetWeightGradient<Scalar>

    @usableFromInline let base: ColumnEvaluation<ProbabilityFunction, Gradients>

    @inlinable
    init(_ function: ProbabilityFunction, _ arguments: ColumnArguments<Scalar>) {
      base = ColumnEvaluation(function, arguments)
    }

    @inlinable package var gradientShape: Shape { base.gradientShape }
    @inlinable package var reducer: Reducer { base.reducer }

    @inlinable
    package func run(_ gradients: GradientDestinations<Scalar>, upstream: Tensor<Scalar>?) -> Tensor<Scalar> {
      base.run(gradients, upstream: upstream)
    }

    /// Computes the gradient with respect to the weight in a pass of its own.
    @inlinable
    package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
      var gradients = try base.gradients(upstream: upstream)
      gradients.weight = weightGradient(upstream)
      return gradients
    }

    @usableFromInline
    @specialized(where Scalar == Float) @specialized(where Scalar == Double)
    @specialized(where Scalar == HalfPrecision) @specialized(where Scalar == BFloat16)
    func weightGradient(_ upstream: Tensor<Scalar>?) -> Tensor<Scalar>? {
      base.arguments.weightGradient(
        upstream: upstream, numbersPerScore: base.function.numbersPerScore
      ) { block, sums in
        base.function.addWeightGradient(of: block, to: sums)
      }
    }
  }

  /// What is known of each column of a block whose target is probabilities.
  @usableFromInline
  package struct TargetColumns<C: RealScalar> {
    @usableFromInline let maxima: UncheckedBuffer<C>
    /// The sums of the exponentials, minus 1.
    @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
    /// The same, rounded.
    @usableFromInline let roundedSums: UncheckedBuffer<C>
    /// The logarithms of the sums of the exponentials.
    @usableFromInline let logSums: UncheckedBuffer<C>
    /// K = Σ k, and the slope of the log-sum-exp's own term.
    @usableFromInline let factorSums: UncheckedBuffer<Double>
    /// The same, rounded, and what is lost by it.
    @usableFromInline let totals: UncheckedBuffer<C>
    @usableFromInline let remainders: UncheckedBuffer<C>
    /// What K·e − k·S is multiplied by in the gradient.
    @usableFromInline let factors: UncheckedBuffer<C>
    @usableFromInline let numbers: Scratch<C>
    @usableFromInline let doubles: Scratch<Double>

    init(_ block: ColumnBlock<C>) {
      numbers = Scratch(slots: 6, slotSize: block.columns)
      doubles = Scratch(slots: 2, slotSize: block.columns)
      (maxima, roundedSums, logSums) = (numbers[0], numbers[1], numbers[2])
      (totals, remainders, factors) = (numbers[3], numbers[4], numbers[5])
      (sumsMinusOne, factorSums) = (doubles[0], doubles[1])
    }

    func deallocate() {
      numbers.deallocate()
      doubles.deallocate()
    }
  }

  /// The value of each column with probabilities, from Σ k·(m − x), and what its gradients are made of.
  @usableFromInline
  package struct ProbabilityResults<C: RealScalar>: Kernel {
    @usableFromInline let options: Options
    @usableFromInline let columns: TargetColumns<C>
    @usableFromInline let block: ColumnBlock<C>

    @export(implementation) @inline(__always)
    package func run() {
      let (sumsMinusOne, factorSums, logSums) = (columns.sumsMinusOne, columns.factorSums, columns.logSums)
      for column in 0..<block.columns { logSums[column] = log1p(C(sumsMinusOne[column])) }
      for column in 0..<block.columns {
        block.values[column] += factorSums[column] == 0 ? 0 : factorSums[column] * Double(logSums[column])
      }
      if options.zLoss > 0 {
        for column in 0..<block.columns {
          let term = options.zTerm(Double(columns.maxima[column]) + Double(logSums[column]))
          block.values[column] += term.value
          // It pulls at all classes by their probability, as Σ k does.
          factorSums[column] += term.slope
        }
      }

      if block.inputGradient == nil { return }
      for column in 0..<block.columns {
        columns.factors[column] = C(block.scales[column] / (1 + sumsMinusOne[column]))
        columns.roundedSums[column] = C(sumsMinusOne[column])
        // Where a certain prediction is right, K·e − k would miss what K loses to rounding.
        columns.totals[column] = C(factorSums[column])
        columns.remainders[column] = C(factorSums[column] - Double(columns.totals[column]))
      }
    }
  }

  /// The gradients of columns with probabilities, that with respect to the scores from the exponentials.
  @usableFromInline
  package struct ProbabilityGradients<C: RealScalar>: ColumnStep {
    @usableFromInline let target: SmoothedTarget<C>
    @usableFromInline let columns: TargetColumns<C>

    @export(implementation) @inline(__always)
    package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
      if let gradient = block.targetGradient {
        let (maxima, logSums) = (columns.maxima, columns.logSums)
        block.visitWeighted(Order.self) { place, weight in
          let column = Order.column(of: place)
          let scale = target.unsmoothed * weight * C(block.scales[column])
          // −log p of an element is m − x, plus log S; the type holds the halves of scores that are too far apart for it.
          let (m, x, logSum) = (maxima[column], block.input[place], logSums[column])
          let distance = m - x
          let ofHalves = 2 * (scale * ((m / 2 - x / 2) + logSum / 2))
          let product = select(distance == .infinity, ofHalves, scale * (distance + logSum))
          gradient[place] = scale == 0 ? 0 : product
        }
      }
      guard let gradient = block.inputGradient else { return }
      let (factors, roundedSums) = (columns.factors, columns.roundedSums)
      let (totals, remainders) = (columns.totals, columns.remainders)
      block.visitWeighted(Order.self) { place, weight in
        let (k, e, column) = (target.factor(place, weight: weight), gradient[place], Order.column(of: place))
        let difference = (totals[column] * e - k) + (remainders[column] * e - k * roundedSums[column])
        gradient[place] = difference * factors[column]
      }
    }
  }
}
