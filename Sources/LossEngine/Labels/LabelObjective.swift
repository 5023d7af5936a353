public import RealMath

/// The gradient of an objective of the statistics of labels, which each block has instead of a value.
///
/// With e = e^(x − m), S = Σ e, p = e/S, d = m − x and D = Σ p·d: log p = −d − log S and H = D + log S, so log p + H is
/// D − d. With ∂log p[y]/∂x = [i = y] − p, ∂H/∂x = −p·(log p + H) and ∂(log-sum-exp)/∂x = p,
///
///   ∂objective/∂x = a·([i = y] − p) − b·p·(D − d) + c·p = e · ((c − a − b·D)/S + (b/S)·d) + a·[i = y].
///
/// Where the label is almost certain, a·(1 − p) is a·((1 − e) + (S − 1))/S.
@frozen @usableFromInline
package struct LabelObjective: SoftmaxFunction {
  @usableFromInline package let softCap: Double?

  init(softCap: Double?) { self.softCap = softCap }

  @usableFromInline package var numbersPerScore: Int { softCap == nil ? 0 : SoftCap.numbersPerScore }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Float>) { computeSteps(block) }

  @usableFromInline
  package func compute(_ block: ColumnBlock<Double>) { computeSteps(block) }

  private func computeSteps<C: RealScalar>(_ block: ColumnBlock<C>) {
    block.values.clear(count: block.columns)
    guard let upstream = block.statistics else { return }
    guard let softCap else { return computeGradient(of: block, upstream) }
    block.withScores(cappedAt: softCap) { computeGradient(of: $0, upstream) }
  }

  private func computeGradient<C: RealScalar>(of block: ColumnBlock<C>, _ upstream: LabelColumns<C>) {
    let columns = LabelledColumns(block)
    let slopes = Scratch<C>(slots: 1, slotSize: block.columns)
    defer {
      columns.deallocate()
      slopes.deallocate()
    }
    columns.findSoftmaxWithEntropy(of: block)
    for column in 0..<block.columns {
      let (sum, e) = (1 + columns.sumsMinusOne[column], Double(columns.exponentials[column]))
      let (a, b) = (Double(upstream.logProbability[column]), Double(upstream.entropy[column]))
      let (c, mean) = (Double(upstream.logSumExp[column]), columns.meanDistance(column))
      columns.factors[column] = C((c - a - b * mean) / sum)
      slopes[0][column] = C(b / sum)
      let distance = Double(columns.maxima[column]) - Double(columns.scores[column])
      let entropyTerm = e == 0 ? 0 : b * e * (distance - mean)
      columns.labelGradients[column] = C(
        (a * columns.sumOfOthers(column) + entropyTerm + c * e) / sum)
    }
    block.forEachPart(storesResults: true) { block, part in
      columns.findExponentialsAgain(of: block, part)
      LabelObjectiveStep(columns: columns, slopes: slopes[0]).run(block)
      columns.storeLabelGradients(of: block)
    }
  }
}

/// The gradient of all classes but the label's, from the exponentials.
@frozen @usableFromInline
package struct LabelObjectiveStep<C: RealScalar>: ColumnStep {
  @usableFromInline let columns: LabelledColumns<C>
  @usableFromInline let slopes: UncheckedBuffer<C>

  @export(implementation) @inline(__always)
  package func compute<Order: PanelOrder>(_ block: ColumnBlock<C>, _: Order.Type) {
    guard let gradient = block.inputGradient else { return }
    let (maxima, factors, slopes) = (columns.maxima, columns.factors, slopes)
    block.visit(Order.self) { place in
      let (column, e) = (Order.column(of: place), gradient[place])
      let distance = maxima[column] - block.input[place]
      // The distance of a class of probability 0 may be infinite.
      gradient[place] = select(e == 0, 0, e * (factors[column] + slopes[column] * distance))
    }
  }
}
