public import RealMath

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
    let (scores, labels) = (columns.scores, columns.labels)
    if !Order.linesAreColumns, block.hasFewClasses {
      for index in 0..<block.classes {
        let line = block.input.line(index)
        for column in 0..<block.columns {
          scores[column] = select(labels[column] == index, line[column], scores[column])
        }
      }
      return
    }
    for column in 0..<block.columns {
      scores[column] = block.input[Order.place(class: labels[column], column: column)]
    }
  }
}
