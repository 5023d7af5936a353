internal import LossEngine
internal import RealMath

/// The log-probabilities of one sample's classes, frame by frame.
///
/// ```
/// log-probability = (score − shift) − logSum
/// ```
///
/// For logits the shift is their maximum, and logSum is log Σ e^(score − shift). Log-probabilities are themselves.
@safe
struct CTCFrames<C: RealScalar> {
  let sample: CTCSample<C>
  private let areLogits: Bool
  /// For each frame the shift, then the sum.
  private let normalizers: Scratch<Double>

  init(_ sample: CTCSample<C>, areLogits: Bool) {
    self.sample = sample
    self.areLogits = areLogits
    normalizers = Scratch(slots: 2, slotSize: areLogits ? sample.frames : 0)
    guard areLogits else { return }
    let sweeps = PanelSweeps<C, ClassesInLine>(classes: sample.classes, columns: 1)
    let maximum = Scratch<C>(slots: 1, slotSize: 1)
    defer {
      sweeps.deallocate()
      maximum.deallocate()
    }
    let logSums = normalizers[1]
    for frame in 0..<sample.frames {
      // A row is a panel of a single line.
      sweeps.exponentials(
        of: Panel(origin: sample.scores.row(frame), lineStride: 0),
        maxima: maximum[0], sumsMinusOne: logSums.advanced(by: frame))
      normalizers[0][frame] = Double(maximum[0][0])
      logSums[frame] = log1p(logSums[frame])
    }
  }

  func deallocate() { normalizers.deallocate() }

  @inline(__always)
  func shift(at frame: Int) -> Double { areLogits ? normalizers[0][frame] : 0 }

  @inline(__always)
  func logSum(at frame: Int) -> Double { areLogits ? normalizers[1][frame] : 0 }

  /// Writes the probabilities of all classes at a frame, times a factor.
  func writeProbabilities(at frame: Int, times factor: Double, to row: UncheckedBuffer<C>) {
    let scores = sample.scores.row(frame)
    // The fastest exponential is for numbers that are not positive, and log-probabilities should not be.
    let shift =
      areLogits
      ? C(shift(at: frame))
      : Lanes.reduce(count: sample.classes, 0, { $1 > $0 ? $1 : $0 }, { scores[$0] })
    let scale = C(factor * exp(Double(shift) - self.shift(at: frame) - logSum(at: frame)))
    let kernel = ProbabilityKernel(
      scores: scores, shift: shift, scale: scale, count: sample.classes, probabilities: row)
    kernel(elements: sample.classes)
  }
}
