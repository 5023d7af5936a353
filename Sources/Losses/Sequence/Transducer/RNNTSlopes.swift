internal import LossEngine
internal import RealMath

/// Where the gradient of a sample goes: with respect to its logits, or to the outputs that these are the sums of.
// Not a protocol, whose functions would not be those for one scalar type.
enum RNNTGradient<C: RealScalar> {
  case logits(RNNTRows<C>)
  case outputs(RNNTJoint<C>)

  /// Writes the gradient at all frames and positions that count.
  func write(_ slopes: RNNTSlopes<C>) {
    switch self {
    case .logits(let rows): rows.write(slopes)
    case .outputs(let joint): joint.write(slopes)
    }
  }

  /// Sets it to one number there.
  func fill(with number: C, _ sample: RNNTSample<C>) {
    switch self {
    case .logits(let rows): rows.fill(with: number, sample)
    case .outputs(let joint): joint.fill(with: number, sample)
    }
  }
}

/// A node of a lattice: what makes probabilities of its logits, and what is emitted there, given the target.
struct RNNTPosterior<C: RealScalar> {
  let shift: C
  let logSum: Double
  /// The probability that a blank is emitted there.
  let blank: Double
  /// The probability that the next label is.
  let label: Double
}

/// The gradient of a sample with respect to its logits, row by row.
///
/// With the probabilities p of the classes at a frame and position, and the probabilities β and λ, given the target, that
/// a blank or the next label is emitted there,
///
/// ```
/// ∂loss/∂logit(k) = p(k) · (β + λ) − [k is blank] · β − [k is the label] · λ
/// ```
///
/// For the blank itself this is p·λ − (1 − p)·β, in which nothing cancels, and for the label p·β − (1 − p)·λ.
struct RNNTSlopes<C: RealScalar> {
  let sample: RNNTSample<C>
  private let posteriors: RNNTPosteriors<C>
  private let bound: C?

  /// - Parameter clamp: The largest magnitude without the scale, if it is positive.
  init(_ sample: RNNTSample<C>, _ posteriors: RNNTPosteriors<C>, clamp: Double) {
    self.sample = sample
    self.posteriors = posteriors
    bound = clamp > 0 ? C(clamp * sample.scale.magnitude) : nil
  }

  /// Writes the gradient at one frame and position, with respect to the logits of some classes.
  @inline(__always)
  func write(
    _ frame: Int, _ position: Int, classes: Range<Int>, _ scores: UncheckedBuffer<C>,
    to row: UncheckedBuffer<C>
  ) {
    let posterior = posteriors[frame, position]
    let (blank, next, scale) = (posterior.blank, posterior.label, sample.scale)
    let kernel = ProbabilityKernel(
      scores: scores, shift: posterior.shift, scale: C(scale * (blank + next) * exp(-posterior.logSum)),
      count: classes.count, probabilities: row)
    // As for all rows, since many short ones are a long way too.
    kernel(elements: sample.size)
    func set(_ index: Int, emitted: Double, other: Double) {
      guard classes ~= index else { return }
      let place = index - classes.lowerBound
      let logProbability = (Double(scores[place]) - Double(posterior.shift)) - posterior.logSum
      row[place] = C(scale * (exp(logProbability) * other + expm1(logProbability) * emitted))
    }
    let label = position < sample.labels.count ? sample.labels[position] : nil
    if label == sample.blank {
      set(sample.blank, emitted: blank + next, other: 0)
    } else {
      set(sample.blank, emitted: blank, other: next)
      if let label { set(label, emitted: next, other: blank) }
    }
    guard let bound else { return }
    for index in 0..<classes.count { row[index] = min(max(row[index], -bound), bound) }
  }
}

/// A row of numbers for each frame and position of a sample.
struct RNNTRows<C: RealScalar> {
  /// Whether rows are used where they lie.
  let areDirect: Bool
  /// Returns the rows at neighbouring positions of a frame, one after another: where they lie, or in scratch memory.
  let rows: (_ frame: Int, _ positions: Range<Int>, _ scratch: UncheckedBuffer<C>) -> UncheckedBuffer<C>
  /// Puts such rows back, where they are results that were computed in scratch memory.
  var store: (_ frame: Int, _ positions: Range<Int>, _ rows: UncheckedBuffer<C>) -> Void = { _, _, _ in }
}

/// The gradient with respect to the logits.
extension RNNTRows {
  func write(_ slopes: RNNTSlopes<C>) {
    let sample = slopes.sample
    forEachRun(of: sample) { frame, positions, scratch, rows in
      let scores = sample.scores.rows(frame, positions, scratch)
      for (index, position) in positions.enumerated() {
        let start = index * sample.classes
        slopes.write(
          frame, position, classes: 0..<sample.classes, scores.advanced(by: start),
          to: rows.advanced(by: start))
      }
    }
  }

  func fill(with number: C, _ sample: RNNTSample<C>) {
    forEachRun(of: sample) { _, positions, _, rows in
      rows.fill(number, count: positions.count * sample.classes)
    }
  }

  /// Calls `body` with the rows of all frames and positions, and with scratch memory for as many.
  private func forEachRun(
    of sample: RNNTSample<C>,
    _ body: (
      _ frame: Int, _ positions: Range<Int>, _ scratch: UncheckedBuffer<C>, _ rows: UncheckedBuffer<C>
    ) -> Void
  ) {
    sample.forEachRun(slots: areDirect && sample.scores.areDirect ? 0 : 2) { frame, positions, scratch in
      let rows = rows(frame, positions, scratch[1])
      body(frame, positions, scratch[0], rows)
      store(frame, positions, rows)
    }
  }
}
