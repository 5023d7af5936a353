internal import LossEngine
internal import RealMath

// The sums over all ways of a sample through the nodes (t, u): t frames are read, and u labels emitted.
//
// Equation numbers are those of A. Graves, Sequence transduction with recurrent neural networks, 2012,
// https://doi.org/10.48550/arXiv.1211.3711, with t and u counted from 0. Its ∅(t, u) and y(t, u) are the probabilities of
// the blank and of the next label at a node.
//
// A softmax over many classes takes most of the time, so the sums may be in numbers whose exponents do not run out.

/// What is known of the nodes of one sample: what makes probabilities of their logits, and posteriors.
@safe
struct RNNTPosteriors<C: RealScalar> {
  fileprivate let positions: Int
  /// For each node the largest logit.
  fileprivate let shifts: UncheckedBuffer<C>
  /// For each node log Σ e^(logit − shift), and the posteriors of the blank and of the next label.
  fileprivate let logSums: UncheckedBuffer<Double>
  fileprivate let blanks: UncheckedBuffer<Double>
  fileprivate let labels: UncheckedBuffer<Double>

  fileprivate func node(_ frame: Int, _ position: Int) -> Int { frame &* positions &+ position }

  /// What is known of a node, once the backward variables have been found.
  subscript(frame: Int, position: Int) -> RNNTPosterior<C> {
    let node = node(frame, position)
    return RNNTPosterior(shift: shifts[node], logSum: logSums[node], blank: blanks[node], label: labels[node])
  }
}

/// The forward variables and the posteriors of one sample, in numbers of one kind.
@safe
struct RNNTLattice<C: RealScalar, Number: LatticeNumber> {
  private let sample: RNNTSample<C>
  let posteriors: RNNTPosteriors<C>
  /// For each node the probabilities of the blank and of the next label, which is 0 where there is none.
  private let blanks: UncheckedBuffer<Number>
  private let labels: UncheckedBuffer<Number>
  /// The forward variables of each node, or of one frame where there is no gradient.
  private let forwards: Scratch<Number>
  private let emissions: Scratch<Number>
  private let numbers: Scratch<C>
  private let doubles: Scratch<Double>

  /// - Precondition: There is a frame.
  init(_ sample: RNNTSample<C>) {
    self.sample = sample
    let (nodes, keepsRows) = (sample.frames * sample.positions, sample.gradient != nil)
    numbers = Scratch(slots: 1, slotSize: nodes)
    doubles = Scratch(slots: keepsRows ? 3 : 1, slotSize: nodes)
    emissions = Scratch(slots: 2, slotSize: nodes)
    forwards = Scratch(slots: keepsRows ? sample.frames : 1, slotSize: sample.positions)
    posteriors = RNNTPosteriors(
      positions: sample.positions, shifts: numbers[0], logSums: doubles[0], blanks: doubles[1],
      labels: doubles[2])
    (blanks, labels) = (emissions[0], emissions[1])
  }

  func deallocate() {
    numbers.deallocate()
    doubles.deallocate()
    emissions.deallocate()
    forwards.deallocate()
  }

  private func node(_ frame: Int, _ position: Int) -> Int { posteriors.node(frame, position) }

  /// The forward variables of a frame.
  private func forwards(at frame: Int) -> UncheckedBuffer<Number> {
    forwards[sample.gradient == nil ? 0 : frame]
  }

  /// Finds the probabilities of the blank and of the next label at each node.
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  func findEmissions() {
    sample.forEachRun(slots: sample.scores.areDirect ? 0 : 1) { frame, positions, scratch in
      let rows = sample.scores.rows(frame, positions, scratch[0])
      let first = node(frame, positions.lowerBound)
      let (shifts, logSums) = (
        posteriors.shifts.advanced(by: first), posteriors.logSums.advanced(by: first)
      )
      NormalizerKernel(
        scores: rows, rows: positions.count, length: sample.classes, maxima: shifts, sumsMinusOne: logSums)(
          elements: positions.count * sample.classes)
      for (row, position) in positions.enumerated() {
        let scores = rows.advanced(by: row * sample.classes)
        logSums[row] = log1p(logSums[row])
        func probability(_ index: Int) -> Number {
          Number(
            exponential: Double(scores[index]) - Double(shifts[row]), dividedByExponential: logSums[row],
            of: C.self)
        }
        blanks[first + row] = probability(sample.blank)
        labels[first + row] = position < sample.labels.count ? probability(sample.labels[position]) : .zero
      }
    }
  }

  /// (16): a node is reached by a blank from the frame before, or by a label.
  ///
  /// ```
  /// α(t, u) = α(t − 1, u) · ∅(t − 1, u) + α(t, u − 1) · y(t, u − 1)
  /// ```
  ///
  /// Returns (17), the probability of the target: α(T − 1, U) · ∅(T − 1, U).
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  func forward() -> Number {
    for frame in 0..<sample.frames {
      let (old, new) = (forwards(at: max(frame - 1, 0)), forwards(at: frame))
      var neighbour = Number.zero
      for position in 0..<sample.positions {
        let node = node(frame, position)
        var sum = neighbour
        if frame > 0 {
          sum = old[position] * blanks[node &- sample.positions] + sum
        } else if position == 0 {
          sum = .one
        }
        new[position] = sum
        neighbour = sum * labels[node]
      }
    }
    let last = sample.positions - 1
    return forwards(at: sample.frames - 1)[last] * blanks[node(sample.frames - 1, last)]
  }

  /// (18): the target is completed by a blank and what follows at the next frame, or by a label and what follows.
  ///
  /// ```
  /// β(t, u) = ∅(t, u) · β(t + 1, u) + y(t, u) · β(t, u + 1)
  /// ```
  ///
  /// After the last frame, β is 1 for all labels and 0 for fewer. The two terms times α(t, u), over the probability of the
  /// target, are the posteriors that (20) is made of.
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  func backward(likelihood: Number) {
    let (reciprocal, last) = (likelihood.reciprocal, sample.positions - 1)
    let scratch = Scratch<Number>(slots: 1, slotSize: sample.positions)
    defer { scratch.deallocate() }
    let row = scratch[0]
    row.fill(.zero, count: last)
    row[last] = .one
    for frame in (0..<sample.frames).reversed() {
      let forwards = forwards(at: frame)
      var neighbour = Number.zero
      for position in (0..<sample.positions).reversed() {
        let node = node(frame, position)
        let (afterBlank, afterLabel) = (blanks[node] * row[position], labels[node] * neighbour)
        let prefix = forwards[position] * reciprocal
        posteriors.blanks[node] = (prefix * afterBlank).value
        posteriors.labels[node] = (prefix * afterLabel).value
        neighbour = afterBlank + afterLabel
        row[position] = neighbour
      }
    }
  }
}
