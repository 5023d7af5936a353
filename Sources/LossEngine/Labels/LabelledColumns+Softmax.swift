public import RealMath

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
      weights[column] = labelled.weight(at: 0)
      scores[column] = labelled.input[labelled.place(class: 0, column: column)]
    }
  }

  /// Stores the gradient at the labels, and zeros in the columns that are ignored.
  @usableFromInline
  @specialized(where C == Float) @specialized(where C == Double)
  package func storeLabelGradients(of block: ColumnBlock<C>) {
    guard let gradient = block.inputGradient else { return }
    if block.linesAreColumns {
      storeLabelGradients(of: block, in: gradient, ClassesInLine.self)
    } else if block.hasFewClasses {
      LabelGradientKernel(columns: self, block: block, gradient: gradient)(
        elements: block.classes * block.columns)
    } else {
      storeLabelGradients(of: block, in: gradient, ColumnsInLine.self)
    }
  }

  @inline(__always)
  private func storeLabelGradients<Order: PanelOrder>(
    of block: ColumnBlock<C>, in gradient: Panel<C>, _: Order.Type
  ) {
    for column in 0..<block.columns {
      if let position = block.position(ofClass: labels[column]) {
        gradient[Order.place(class: position, column: column)] = labelGradients[column]
      }
    }
    guard let ignoreIndex = block.ignoreIndex else { return }
    for column in 0..<block.columns where block.labels[column] == ignoreIndex {
      for index in 0..<block.classes { gradient[Order.place(class: index, column: column)] = 0 }
    }
  }
}

/// The gradient at the labels of a block with few classes, each of which is a line, and zeros in the columns that are
/// ignored.
@frozen @usableFromInline
package struct LabelGradientKernel<C: RealScalar>: Kernel {
  @usableFromInline let columns: LabelledColumns<C>
  @usableFromInline let block: ColumnBlock<C>
  @usableFromInline let gradient: Panel<C>

  @export(implementation) @inline(__always)
  package static var gainsFromAVX512: Bool { C.self == Float.self }

  @export(implementation) @inline(__always)
  package func run() {
    let (labels, labelGradients) = (columns.labels, columns.labelGradients)
    for index in 0..<block.classes {
      let (line, label) = (gradient.line(index), index &+ block.firstClass)
      for column in 0..<block.columns {
        line[column] = select(labels[column] == label, labelGradients[column], line[column])
      }
      guard let ignoreIndex = block.ignoreIndex else { continue }
      for column in 0..<block.columns {
        line[column] = select(block.labels[column] == ignoreIndex, 0, line[column])
      }
    }
  }
}
