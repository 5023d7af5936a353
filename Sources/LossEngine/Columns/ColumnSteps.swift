public import RealMath

/// Softmax, but for the division: the maxima, the exponentials, and their sums minus 1.
@frozen @usableFromInline
package struct SoftmaxStep<C: RealScalar>: ColumnStep {
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline let stored: Panel<C>?
  @usableFromInline let part: SoftmaxPart<C>?

  /// - Parameters:
  ///   - stored: Where the exponentials are stored, if they are needed.
  ///   - part: The pass that is made, where the block holds only some of the classes.
  @export(implementation) @inline(__always)
  package init(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>, storing stored: Panel<C>?,
    part: SoftmaxPart<C>?
  ) {
    self.maxima = maxima
    self.sumsMinusOne = sumsMinusOne
    self.stored = stored
    self.part = part
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: stored, step: part)
  }
}

/// The same, with more sums of each column beside the exponentials. A pass that finds the exponentials of a part once more
/// is a `SoftmaxStep`, since these sums are known by then.
@frozen @usableFromInline
package struct SoftmaxWithSums<C: RealScalar>: ColumnStep {
  @usableFromInline let maxima: UncheckedBuffer<C>
  @usableFromInline let sumsMinusOne: UncheckedBuffer<Double>
  @usableFromInline let stored: Panel<C>?
  @usableFromInline let spare: Panel<C>?
  @usableFromInline let companion: SoftmaxCompanion<C>
  @usableFromInline let part: SoftmaxPart<C>?

  /// - Parameters:
  ///   - stored: Where the exponentials are stored, if they are needed.
  ///   - spare: Where results will be written later.
  ///   - companion: What else is summed over each column.
  ///   - part: The pass that is made, where the block holds only some of the classes.
  @export(implementation) @inline(__always)
  package init(
    maxima: UncheckedBuffer<C>, sumsMinusOne: UncheckedBuffer<Double>, storing stored: Panel<C>?,
    spare: Panel<C>? = nil, beside companion: SoftmaxCompanion<C>, part: SoftmaxPart<C>?
  ) {
    self.maxima = maxima
    self.sumsMinusOne = sumsMinusOne
    self.stored = stored
    self.spare = spare
    self.companion = companion
    self.part = part
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let sweeps = PanelSweeps<C, Order>(classes: block.classes, columns: block.columns)
    defer { sweeps.deallocate() }
    let (companion, maxima, stored, input) = (companion, maxima, stored, block.input)
    sweeps.exponentials(
      of: block.input, maxima: maxima, sumsMinusOne: sumsMinusOne, storing: stored, spare: spare, step: part
    ) { line, positions in
      switch companion {
      case .sum(let numbers, let sums):
        sweeps.add(line, positions, to: sums, eachInDouble: true) { place in numbers[place] }
      case .products(let numbers, let scale, let sums):
        guard let stored else { break }
        sweeps.add(line, positions, to: sums) { place in numbers[place] * (scale * stored[place]) }
      case .entropy(let sums, let parts):
        let exponentials =
          stored?.line(line).advanced(by: positions.lowerBound) ?? sweeps.exponentialsOfPart
        sweeps.addInParts(line, positions, parts: parts, to: sums) { place in
          let distance = maxima[Order.column(of: place)] - input[place]
          // A class of probability 0 adds nothing, even if its score is −∞.
          return exponentials[place.position &- positions.lowerBound]
            * select(distance < C.greatestFiniteMagnitude, distance, C.greatestFiniteMagnitude)
        }
      case .target(let target, let factorSums, let sums):
        let k = sweeps.spare
        if let weight = block.weight {
          sweeps.evaluate(line, positions, in: k) {
            target.factor($0, weight: weight[Order.classIndex(of: $0)])
          }
        } else {
          sweeps.evaluate(line, positions, in: k) { target.factor($0, weight: 1) }
        }
        sweeps.add(line, positions, to: factorSums, eachInDouble: true) { place in
          k[place.position &- positions.lowerBound]
        }
        sweeps.add(line, positions, to: sums) { place in
          let k = k[place.position &- positions.lowerBound]
          let maxMinusScore = maxima[Order.column(of: place)] - input[place]
          // A class of probability 0 adds nothing, even if its score is −∞.
          return k == 0 ? 0 : k * maxMinusScore
        }
      }
    }
  }
}

/// What is added to sums of each column beside the exponentials, since numbers arrive from memory while the processor
/// computes these.
@usableFromInline
package enum SoftmaxCompanion<C: RealScalar> {
  /// Σ a for each element a.
  case sum(of: Panel<C>, to: UncheckedBuffer<Double>)
  /// Σ a · (scale · e) for each element a and its exponential e, which must be stored.
  case products(of: Panel<C>, scale: C, to: UncheckedBuffer<Double>)
  /// Σ e · (maximum − score) for each exponential e: the sums, and what is left to be added to them.
  case entropy(sums: UncheckedBuffer<Double>, parts: UncheckedBuffer<C>)
  /// Σ k and Σ k · (maximum − score) for the factor k of each class.
  case target(SmoothedTarget<C>, factorSums: UncheckedBuffer<Double>, maxMinusScores: UncheckedBuffer<Double>)
}

/// A target that is probabilities, of which smoothing gives a part to all classes alike.
@frozen @usableFromInline
package struct SmoothedTarget<C: RealScalar> {
  @usableFromInline let probabilities: Panel<C>
  @usableFromInline package let unsmoothed: C
  @usableFromInline let smoothingPerClass: C

  /// - Parameter classes: The number of all classes, also where the panel holds only some.
  @export(implementation) @inline(__always)
  package init(_ probabilities: Panel<C>, smoothing: Double, classes: Int) {
    self.probabilities = probabilities
    unsmoothed = C(1 - smoothing)
    smoothingPerClass = C(smoothing / Double(classes))
  }

  /// Returns the probability of an element's class, before smoothing.
  @export(implementation) @inline(__always)
  package func probability(_ place: PanelPlace) -> C { probabilities[place] }

  /// Returns what the negative log-probability of an element's class counts for: its smoothed probability, times the
  /// weight of the class.
  @export(implementation) @inline(__always)
  package func factor(_ place: PanelPlace, weight: C) -> C {
    weight * (unsmoothed * probabilities[place] + smoothingPerClass)
  }
}

/// The multiplication of each column by a factor: the last step of softmax and of many a gradient.
@frozen @usableFromInline
package struct ScalingStep<C: RealScalar>: ColumnStep {
  @usableFromInline let panel: Panel<C>
  @usableFromInline let factors: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package init(_ panel: Panel<C>, by factors: UncheckedBuffer<C>) {
    self.panel = panel
    self.factors = factors
  }

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    let (panel, factors) = (panel, factors)
    block.visit(Order.self) { place in panel[place] *= factors[Order.column(of: place)] }
  }
}

/// What is known of the labels of columns, once their softmax is known.
@frozen @usableFromInline
package struct LabelKernel<C: RealScalar>: Kernel {
  @usableFromInline let columns: LabelledColumns<C>
  @usableFromInline let block: ColumnBlock<C>
  @usableFromInline let looksUp: Bool

  /// - Parameter looksUp: Whether labels, weights and scores are looked up, or else known already.
  @export(implementation) @inline(__always)
  init(_ columns: LabelledColumns<C>, of block: ColumnBlock<C>, looksUp: Bool) {
    self.columns = columns
    self.block = block
    self.looksUp = looksUp
  }

  // In `Double` it waits for memory, and longer than with vectors of half the width.
  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() {
    let (maxima, scores, labels) = (columns.maxima, columns.scores, columns.labels)
    let (sumsMinusOne, exponentials, logSums) = (columns.sumsMinusOne, columns.exponentials, columns.logSums)
    if looksUp {
      for column in 0..<block.columns { labels[column] = block.label(ofColumn: column) ?? 0 }
      if let weight = block.weight {
        for column in 0..<block.columns { columns.weights[column] = Double(weight[labels[column]]) }
      } else {
        columns.weights.fill(1, count: block.columns)
      }
      if block.linesAreColumns {
        findScores(ClassesInLine.self)
      } else {
        findScores(ColumnsInLine.self)
      }
    }
    for column in 0..<block.columns { exponentials[column] = expNonPositive(scores[column] - maxima[column]) }
    // In a loop of its own, the conversion does not halve the vectors of the logarithm.
    for column in 0..<block.columns { logSums[column] = C(sumsMinusOne[column]) }
    for column in 0..<block.columns { logSums[column] = log1p(logSums[column]) }
  }

  @export(implementation) @inline(__always)
  func findScores<Order: PanelOrder>(_: Order.Type) {
    for column in 0..<block.columns {
      columns.scores[column] = block.input[Order.place(class: columns.labels[column], column: column)]
    }
  }
}

// Not inlined, since several functions use it, also a client's.
extension LabelledColumns {
  /// Finds the softmax of a block, with the exponentials stored where the gradient will be, and what is known of the
  /// labels.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findSoftmax(of block: ColumnBlock<C>) {
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
      findExponentials(of: block, part)
    }
    findLabels(of: block)
  }

  /// The same, with the statistics of the columns if they are asked for.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findSoftmaxAndStatistics(of block: ColumnBlock<C>) {
    guard let statistics = block.statistics else { return findSoftmax(of: block) }
    findSoftmaxWithEntropy(of: block)
    // A loop for each, since one of several types is not done in vectors.
    let columns = 0..<block.columns
    for column in columns { statistics.logSumExp[column] = C(logSumExp(column)) }
    for column in columns { statistics.logProbability[column] = C(-negativeLogProbability(column)) }
    for column in columns { statistics.entropy[column] = C(entropy(column)) }
    for column in columns {
      // A sum that is NaN has a logarithm that is.
      let (isHighest, isNumber) = (scores[column] == maxima[column], logSums[column] == logSums[column])
      statistics.isCorrect[column] = isHighest && isNumber
    }
  }

  /// The same, with what the entropy of the columns is made of.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findSoftmaxWithEntropy(of block: ColumnBlock<C>) {
    let parts = labelGradients
    entropySums.clear(count: block.columns)
    parts.clear(count: block.columns)
    block.findSoftmax(maxima: maxima, sumsMinusOne: sumsMinusOne) { block, part in
      SoftmaxWithSums(
        maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient,
        beside: .entropy(sums: entropySums, parts: parts), part: part
      ).run(block)
    }
    for column in 0..<block.columns { entropySums[column] += Double(parts[column]) }
    findLabels(of: block)
  }

  private func findLabels(of block: ColumnBlock<C>) {
    if !block.isResident { lookUpLabels(of: block) }
    LabelKernel(self, of: block, looksUp: block.isResident)(elements: block.classes * block.columns)
  }

  private func findExponentials(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
    SoftmaxStep(maxima: maxima, sumsMinusOne: sumsMinusOne, storing: block.inputGradient, part: part).run(
      block)
  }

  /// Finds what depends on the maxima, the sums, and the scores of the labels, which are known.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func completeLabels(of block: ColumnBlock<C>) {
    LabelKernel(self, of: block, looksUp: false)(elements: max(block.classes, 1) * block.columns)
  }

  /// Finds the exponentials where the gradient will be, under maxima that are known. Those of parts are found later, part
  /// by part.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findExponentialsUnderMaxima(of block: ColumnBlock<C>) {
    if !block.isResident || block.inputGradient == nil { return }
    let (numbers, sums) = (
      Scratch<C>(slots: 2, slotSize: block.columns), Scratch<Double>(slots: 1, slotSize: block.columns)
    )
    defer {
      numbers.deallocate()
      sums.deallocate()
    }
    numbers[0].clear(count: 2 * block.columns)
    sums[0].clear(count: block.columns)
    findExponentials(
      of: block,
      SoftmaxPart(pass: .exponentials, ones: numbers[0], parts: numbers[1], discardedSums: sums[0]))
  }

  /// Finds the exponentials where the gradient will be, of a part; of all classes they have been found.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func findExponentialsAgain(of block: ColumnBlock<C>, _ part: SoftmaxPart<C>?) {
    if let part { findExponentials(of: block, part) }
  }

  /// Turns exponentials into the gradient, where it is a factor times the probability for all classes but the label's.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func scaleGradient(of block: ColumnBlock<C>) {
    if block.inputGradient == nil { return }
    block.forEachPart(storesResults: true) { block, part in
      guard let gradient = block.inputGradient else { return }
      findExponentialsAgain(of: block, part)
      ScalingStep(gradient, by: factors).run(block)
      storeLabelGradients(of: block)
    }
  }

  /// Finds the labels of a block in parts, with their weights and scores.
  private func lookUpLabels(of block: ColumnBlock<C>) {
    for column in 0..<block.columns {
      labels[column] = block.label(ofColumn: column) ?? 0
      guard let labelled = block.part(ofClass: labels[column]) else { continue }
      weights[column] = labelled.weight.map { Double($0[0]) } ?? 1
      scores[column] = labelled.input[labelled.place(class: 0, column: column)]
    }
  }

  /// Stores the gradient at the labels, and zeros in the columns that are ignored.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func storeLabelGradients(of block: ColumnBlock<C>) {
    if block.linesAreColumns {
      storeLabelGradients(of: block, ClassesInLine.self)
    } else {
      storeLabelGradients(of: block, ColumnsInLine.self)
    }
  }

  @inline(__always)
  private func storeLabelGradients<Order: PanelOrder>(of block: ColumnBlock<C>, _: Order.Type) {
    guard let gradient = block.inputGradient else { return }
    for column in 0..<block.columns {
      let label = labels[column] &- block.firstClass
      // Below 0 it is a large number.
      if UInt(bitPattern: label) < UInt(bitPattern: block.classes) {
        gradient[Order.place(class: label, column: column)] = labelGradients[column]
      }
    }
    guard let ignoreIndex = block.ignoreIndex else { return }
    for column in 0..<block.columns where block.labels[column] == ignoreIndex {
      for index in 0..<block.classes { gradient[Order.place(class: index, column: column)] = 0 }
    }
  }
}
