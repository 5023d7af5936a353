internal import LossEngine
internal import RealMath

// With smoothing, the power of 1 − p multiplies a cross entropy that grows without end while the label's p goes to 1. For
// a small γ the product counts although 1 − p is less than any number of the scores' type: the kernels, which make 1 − p
// of exponentials that vanish, would find 0. Such columns are rare, and looked at anew here, one score at a time. With the
// largest M of the scores but for the label's, and S = Σ e^(x[j] − M) over these:
//
//   log q = M − x[y] + log S,   p[j]/q = e^(x[j] − M) / S
//
// since p[y] is 1 as far as a number can tell.

extension FocalLoss {
  /// The columns of a block whose label is all but certain, of a loss with smoothing.
  struct CertainColumns<C: RealScalar> {
    private struct Column {
      let index: Int
      /// M.
      var maximum = -Double.infinity
      /// S.
      var sum = 0.0
      /// log q.
      var logComplement = -Double.infinity
      /// γ·m·p·c times the scale of the column.
      var pull = 0.0

      /// e^(score − M).
      func exponential(_ score: Double) -> Double { maximum == -.infinity ? 0 : exp(score - maximum) }
    }

    private var columns: [Column] = []

    init(_ positions: [Int], of block: ColumnBlock<C>, _ labelled: LabelledColumns<C>) {
      columns = positions.map { Column(index: $0) }
      var found = columns
      block.forEachPart(storesResults: false) { part, _ in
        forEachOther(of: part, labelled) { position, _, score in
          found[position].maximum = max(found[position].maximum, score)
        }
      }
      columns = found
      block.forEachPart(storesResults: false) { part, _ in
        forEachOther(of: part, labelled) { position, _, score in
          found[position].sum += columns[position].exponential(score)
        }
      }
      for position in found.indices where found[position].maximum > -.infinity {
        let score = Double(labelled.scores[found[position].index])
        found[position].logComplement = (found[position].maximum - score) + log(found[position].sum)
      }
      columns = found
    }

    /// Calls `body` with each score of these columns that is not the label's.
    private func forEachOther(
      of block: ColumnBlock<C>, _ labelled: LabelledColumns<C>,
      _ body: (_ position: Int, _ place: PanelPlace, _ score: Double) -> Void
    ) {
      for (position, column) in columns.enumerated() {
        for index in 0..<block.classes where block.firstClass + index != labelled.labels[column.index] {
          let place = block.place(class: index, column: column.index)
          body(position, place, Double(block.input[place]))
        }
      }
    }

    /// Calls `body` with each of these columns and its log q, and keeps the pull that it returns.
    mutating func findPulls(_ body: (_ column: Int, _ logComplement: Double) -> Double) {
      for position in columns.indices {
        columns[position].pull = body(columns[position].index, columns[position].logComplement)
      }
    }

    /// Adds the pull times p[j]/q to the gradient.
    ///
    /// - Parameter block: All classes, or a part of them.
    func addGradient(of block: ColumnBlock<C>, _ labelled: LabelledColumns<C>) {
      guard let gradient = block.inputGradient else { return }
      forEachOther(of: block, labelled) { position, place, score in
        let column = columns[position]
        if column.pull != 0 { gradient[place] += C(column.pull * (column.exponential(score) / column.sum)) }
      }
    }
  }
}
