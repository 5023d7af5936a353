public import LossEngine
public import RealMath

extension CrossEntropyLoss {
  /// Labels: k = w·ε/C for each class, and w·(1 − ε) more for that of the label.
  @frozen @usableFromInline
  package struct LabelFunction: SoftmaxFunction {
    @usableFromInline let options: Options

    @inlinable
    init(_ options: Options) { self.options = options }

    @inlinable package var numbersPerScore: Int { options.numbersPerScore }
    @inlinable package var softCap: Double? { options.softCap }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Float>) { runCappedSteps(block) }

    @usableFromInline
    package func compute(_ block: ColumnBlock<Double>) { runCappedSteps(block) }

    private func runCappedSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      guard let cap = options.softCap else { return runSteps(block) }
      block.withScores(cappedAt: cap) { runSteps($0) }
    }

    private func runSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
      let columns = LabelledColumns(block)
      defer { columns.deallocate() }
      columns.findSoftmaxAndStatistics(of: block)
      CrossEntropyLoss.storeResults(of: block, options, columns, Smoothing(of: block, options, columns))
    }
  }

  /// Stores the value and the gradient of columns, of whose softmax and labels everything is known.
  // Not inlined: in a program made small, its frame would lie on the stack beside that of the softmax.
  @inline(never)
  static func storeResults<C: RealScalar>(
    of block: ColumnBlock<C>, _ options: Options, _ columns: LabelledColumns<C>, _ smoothing: Smoothing<C>
  ) {
    LabelResults(
      options: options, smoothingPerClass: smoothing.perClass, smoothedSum: smoothing.sum,
      columns: columns, block: block)(elements: block.classes * block.columns)
    smoothing.masked?.storeTerms(of: block, columns)
    smoothing.storeGradient(of: block, columns, scales: block.scales)
  }

  /// What smoothing gives the classes of a block whose columns have labels.
  struct Smoothing<C: RealScalar> {
    /// The share of each class, where none is masked.
    let perClass: C
    /// The same times the sum of the weights of all classes.
    let sum: Double
    let masked: MaskedColumns<C>?

    init(perClass: C, sum: Double, masked: MaskedColumns<C>?) {
      (self.perClass, self.sum, self.masked) = (perClass, sum, masked)
    }

    /// Finds Σ k·(m − x) of all columns, if there is any smoothing.
    init(of block: ColumnBlock<C>, _ options: Options, _ columns: LabelledColumns<C>) {
      let perClass = C(options.smoothing / Double(block.classes))
      guard perClass > 0 else {
        self.init(perClass: 0, sum: 0, masked: nil)
        return
      }
      columns.maxMinusScores.clear(count: block.columns)
      block.forEachPart(storesResults: false) { part, _ in
        SmoothingSums(smoothingPerClass: perClass, columns: columns).run(part)
      }
      self.init(
        perClass: perClass, sum: Double(perClass) * block.weightSum(),
        masked: MaskedColumns(of: block, options, maxima: columns.maxima, sums: columns.maxMinusScores))
    }

    /// Stores the gradient, if it is asked for: of all classes but the label, the factor of the column times the
    /// exponential, less k.
    ///
    /// - Parameters:
    ///   - scales: What k is multiplied by.
    ///   - addRest: Adds what else there is for the other classes, where there is any smoothing.
    @specialized(where C == Float) @specialized(where C == Double)
    func storeGradient(
      of block: ColumnBlock<C>, _ columns: LabelledColumns<C>, scales: UncheckedBuffer<Double>,
      besides addRest: (_ part: ColumnBlock<C>) -> Void = { _ in }
    ) {
      if block.inputGradient == nil { return }
      if perClass == 0 { return columns.scaleGradient(of: block) }
      block.forEachPart(storesResults: true) { part, pass in
        columns.findExponentialsAgain(of: part, pass)
        SmoothingGradient(smoothingPerClass: perClass, columns: columns).run(part.scaled(by: scales))
        masked?.storeGradient(of: part, columns, scales: scales)
        addRest(part)
        columns.storeLabelGradients(of: part)
      }
    }
  }

  /// The value of each column with a label, and what its gradient is made of.
  @usableFromInline
  package struct LabelResults<C: RealScalar>: Kernel {
    @usableFromInline let options: Options
    @usableFromInline let smoothingPerClass: C
    /// `smoothingPerClass` times the sum of the weights of all classes.
    @usableFromInline let smoothedSum: Double
    @usableFromInline let columns: LabelledColumns<C>
    @usableFromInline let block: ColumnBlock<C>

    @export(implementation) @inline(__always)
    package func run() {
      let unsmoothed = 1 - options.smoothing
      for column in 0..<block.columns {
        block.values[column] = columns.unsmoothedEntropy(column, unsmoothed)
      }
      if smoothingPerClass > 0 {
        for column in 0..<block.columns {
          block.values[column] += columns.smoothedEntropy(
            column, maxMinusScores: columns.maxMinusScores[column], factorSum: smoothedSum)
        }
      }
      if options.zLoss > 0 {
        for column in 0..<block.columns {
          block.values[column] += options.zTerm(columns.logSumExp(column)).value
        }
      }
      block.clearIgnoredValues()

      if block.inputGradient == nil { return }
      for column in 0..<block.columns {
        // The term of the log-sum-exp pulls at all classes by their probability, as smoothing does.
        let pull =
          options.zLoss > 0 ? smoothedSum + options.zTerm(columns.logSumExp(column)).slope : smoothedSum
        let terms = columns.slopeTerms(
          column, unsmoothed: unsmoothed, pull: pull, share: Double(smoothingPerClass))
        columns.storeSlopes(
          column, factorSum: terms.factorSum, labelSlope: terms.labelSlope, scale: block.scales[column])
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
      block.visitWeighted(Order.self) { place, weight in
        let (k, column) = (smoothingPerClass * weight, Order.column(of: place))
        gradient[place] = gradient[place] * factors[column] - k * C(scales[column])
      }
    }
  }
}

extension LabelledColumns {
  /// Returns the part of the cross entropy that is not from smoothing, −w·(1 − ε)·log p[y].
  @export(implementation) @inline(__always)
  func unsmoothedEntropy(_ column: Int, _ unsmoothed: Double) -> Double {
    unsmoothed == 0 ? 0 : unsmoothed * weights[column] * negativeLogProbability(column)
  }

  /// Returns the part that is, from Σ k·(maximum − score) and Σ k.
  @export(implementation) @inline(__always)
  func smoothedEntropy(_ column: Int, maxMinusScores: Double, factorSum: Double) -> Double {
    maxMinusScores + factorSum * Double(logSums[column])
  }

  // With k the factor of the label, which is w·(1 − ε) and its share of the smoothing, and K that of all classes:
  //
  //   ∂loss/∂x[y] = (K·e − k·S) / S = (pull·e − w·(1 − ε)·(S − e)) / S − share·w
  //
  // where the pull is what K has besides w·(1 − ε).

  /// Returns K, and the derivative with respect to the score of the label.
  @export(implementation) @inline(__always)
  func slopeTerms(
    _ column: Int, unsmoothed: Double, pull: Double, share: Double
  ) -> (factorSum: Double, labelSlope: Double) {
    let (own, e) = (unsmoothed * weights[column], Double(exponentials[column]))
    let slope =
      (pull * e - own * sumOfOthers(column)) / (1 + sumsMinusOne[column])
      // Without smoothing, an infinite weight has no part in it.
      - (share > 0 ? share * weights[column] : 0)
    return (own + pull, slope)
  }

  /// Stores what the gradient is made of: K over S, and the derivative with respect to the score of the label.
  @export(implementation) @inline(__always)
  func storeSlopes(_ column: Int, factorSum: Double, labelSlope: Double, scale: Double) {
    factors[column] = C(factorSum / (1 + sumsMinusOne[column]) * scale)
    labelGradients[column] = C(labelSlope * scale)
  }
}
