internal import LossEngine
internal import RealMath

// A score of −∞ masks its class. Smoothing shares ε among the others, as if the class were not there: with C′ of them,
// k = w·((1 − ε)·t + ε/C′) for each, and w·(1 − ε)·t for a masked class. The kernels give all classes the same share,
// for which a column with masked classes costs ∞. Such columns are rare, and computed anew here, one number at a time. So
// are columns of scores whose differences, or their products with weights, the type cannot hold.

extension CrossEntropyLoss {
  /// The columns of a block in which classes are masked, or scores too far apart.
  struct MaskedColumns<C: RealScalar> {
    struct Column {
      let index: Int
      /// The smoothing of each class that is not masked.
      var share = 0.0
      /// Σ k, but for the label's own.
      var factorSum = 0.0
      /// Σ k·(maximum − score).
      var maxMinusScores = 0.0

      /// Returns the smoothing of a class by its score.
      func share(ofScore score: C) -> Double { score == -.infinity ? 0 : share }

      /// Returns the smoothing of the label, which may be a masked class.
      func labelShare(_ labelled: LabelledColumns<C>) -> Double { share(ofScore: labelled.scores[index]) }
    }

    private let options: Options
    private let maxima: UncheckedBuffer<C>
    private(set) var columns: [Column] = []

    /// - Parameter sums: Σ k·(maximum − score) of each column with equal shares, which is not finite where a class is masked.
    init(
      of block: ColumnBlock<C>, _ options: Options, maxima: UncheckedBuffer<C>, sums: UncheckedBuffer<Double>
    ) {
      self.options = options
      self.maxima = maxima
      for column in 0..<block.columns where !sums[column].isFinite && maxima[column].isFinite {
        let isIgnored = block.probabilities == nil && block.label(ofColumn: column) == nil
        if !isIgnored { columns.append(Column(index: column)) }
      }
      if columns.isEmpty { return }
      var unmasked = [Int](repeating: 0, count: columns.count)
      forEachElement(of: block) { position, _, element in unmasked[position] += element.isMasked ? 0 : 1 }
      for position in columns.indices {
        columns[position].share = Double(C(options.smoothing / Double(unmasked[position])))
      }
      var sums = columns
      forEachElement(of: block) { position, column, element in
        let k = factor(element, column)
        if k == 0 { return }
        sums[position].factorSum += k
        let (maximum, score) = (Double(maxima[column.index]), Double(element.score))
        let distance = maximum - score
        sums[position].maxMinusScores += distance < .infinity ? k * distance : k * maximum - k * score
      }
      columns = sums.indices.filter { sums[$0].maxMinusScores.isFinite || unmasked[$0] < block.classes }
        .map { sums[$0] }
    }

    init(_ options: Options, maxima: UncheckedBuffer<C>, columns: [Column]) {
      self.options = options
      self.maxima = maxima
      self.columns = columns
    }

    /// A class in a column with masked classes.
    private struct Element {
      let place: PanelPlace
      let label: Int
      let score: C
      let weight: Double
      let probability: Double

      var isMasked: Bool { score == -.infinity }
    }

    private func forEachElement(
      of block: ColumnBlock<C>, _ body: (_ position: Int, _ column: Column, _ element: Element) -> Void
    ) {
      if columns.isEmpty { return }
      block.forEachPart(storesResults: false) { part, _ in forEachElement(ofPart: part, body) }
    }

    private func forEachElement(
      ofPart block: ColumnBlock<C>, _ body: (_ position: Int, _ column: Column, _ element: Element) -> Void
    ) {
      for (position, column) in columns.enumerated() {
        for index in 0..<block.classes {
          let place = block.place(class: index, column: column.index)
          body(
            position, column,
            Element(
              place: place, label: block.firstClass + index, score: block.input[place],
              weight: block.weight(at: index),
              probability: block.probabilities.map { Double($0[place]) } ?? 0))
        }
      }
    }

    /// Returns what is known of a column, if classes are masked in it.
    func column(_ index: Int) -> Column? {
      // They are in the order of their index.
      var (start, end) = (0, columns.count)
      while start < end {
        let middle = (start + end) / 2
        if columns[middle].index < index { start = middle + 1 } else { end = middle }
      }
      return start < columns.count && columns[start].index == index ? columns[start] : nil
    }

    /// Returns k, but for the part of a label.
    private func factor(_ element: Element, _ column: Column) -> Double {
      let unsmoothed = Double(C(1 - options.smoothing)) * element.probability
      return element.weight * (unsmoothed + column.share(ofScore: element.score))
    }

    /// e^(score − maximum).
    private func exponential(_ element: Element, _ column: Column) -> Double {
      Double(expNonPositive(element.score - maxima[column.index]))
    }
  }
}

// Labels.
extension CrossEntropyLoss.MaskedColumns {
  /// Stores what `LabelResults` computes of other columns.
  func storeTerms(of block: ColumnBlock<C>, _ labelled: LabelledColumns<C>) {
    for column in columns {
      let index = column.index
      let unsmoothed = 1 - options.smoothing
      let z = options.zTerm(labelled.logSumExp(index))
      let smoothedEntropy = labelled.smoothedEntropy(
        index, maxMinusScores: column.maxMinusScores, factorSum: column.factorSum)
      block.values[index] = labelled.unsmoothedEntropy(index, unsmoothed) + smoothedEntropy + z.value

      let terms = labelled.slopeTerms(
        index, unsmoothed: unsmoothed, pull: column.factorSum + z.slope, share: column.labelShare(labelled))
      labelled.storeSlopes(
        index, factorSum: terms.factorSum, labelSlope: terms.labelSlope, scale: block.scales[index])
    }
  }

  /// Stores what `Smoothing` does of other columns.
  func storeGradient(
    of block: ColumnBlock<C>, _ labelled: LabelledColumns<C>, scales: UncheckedBuffer<Double>
  ) {
    guard let gradient = block.inputGradient else { return }
    forEachElement(ofPart: block) { _, column, element in
      let index = column.index
      if element.label == labelled.labels[index] { return }
      let (factor, e) = (Double(labelled.factors[index]), exponential(element, column))
      gradient[element.place] = C(factor * e - self.factor(element, column) * scales[index])
    }
  }
}

// Probabilities.
extension CrossEntropyLoss.MaskedColumns {
  /// Corrects the sums that equal shares led to.
  func storeSums(to factorSums: UncheckedBuffer<Double>, _ maxMinusScores: UncheckedBuffer<Double>) {
    for column in columns {
      factorSums[column.index] = column.factorSum
      maxMinusScores[column.index] = column.maxMinusScores
    }
  }

  /// - Parameter block: All classes, or a part of them.
  func storeGradient(of block: ColumnBlock<C>, _ target: CrossEntropyLoss.TargetColumns<C>) {
    guard let gradient = block.inputGradient else { return }
    forEachElement(ofPart: block) { _, column, element in
      let (total, sumMinusOne) = (target.factorSums[column.index], target.sumsMinusOne[column.index])
      let (e, k) = (exponential(element, column), factor(element, column))
      let difference = (total * e - k) - k * sumMinusOne
      gradient[element.place] = C(difference / (1 + sumMinusOne) * block.scales[column.index])
    }
  }
}
