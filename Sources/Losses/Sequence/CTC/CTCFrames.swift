internal import LossEngine
internal import RealMath

/// The log-probabilities of one sample's classes, at the frames of a window.
///
/// ```
/// log-probability = (score − shift) − logSum
/// ```
///
/// For logits the shift is their maximum, and logSum is log Σ e^(score − shift). Log-probabilities are themselves.
@safe
final class CTCFrames<C: RealScalar> {
  let sample: CTCSample<C>
  private let areLogits: Bool
  private var window = 0..<0
  /// For each position in the window the shift, then the sum.
  private var normalizers = Scratch<Double>(slots: 0, slotSize: 0)

  init(_ sample: CTCSample<C>, areLogits: Bool) {
    self.sample = sample
    self.areLogits = areLogits
  }

  deinit { normalizers.deallocate() }

  /// Finds the normalizers at the frames of a window, unless it is the one they are known of.
  @specialized(where C == Float) @specialized(where C == Double)
  func load(_ window: Range<Int>) {
    guard areLogits, window != self.window else { return }
    if window.count > self.window.count {
      normalizers.deallocate()
      normalizers = Scratch(slots: 2, slotSize: window.count)
    }
    self.window = window
    let maximum = Scratch<C>(slots: 1, slotSize: 1)
    defer { maximum.deallocate() }
    let (shifts, logSums) = (normalizers[0], normalizers[1])
    for (position, frame) in window.enumerated() {
      NormalizerKernel(
        scores: sample.scores.row(frame), rows: 1, length: sample.classes, maxima: maximum[0],
        sumsMinusOne: logSums.advanced(by: position))(elements: sample.classes)
      shifts[position] = Double(maximum[0][0])
      logSums[position] = log1p(logSums[position])
    }
  }

  @inline(__always)
  func shift(at position: Int) -> Double { areLogits ? normalizers[0][position] : 0 }

  @inline(__always)
  func logSum(at position: Int) -> Double { areLogits ? normalizers[1][position] : 0 }

  /// Writes the probabilities of all classes at a frame of the window, times a factor.
  @specialized(where C == Float) @specialized(where C == Double)
  func writeProbabilities(at frame: Int, times factor: Double, to row: UncheckedBuffer<C>) {
    let (scores, position) = (sample.scores.row(frame), frame - window.lowerBound)
    // The fastest exponential is for numbers that are not positive. Log-probabilities exceed 0 by rounding at most.
    let shift =
      areLogits
      ? C(shift(at: position))
      : Lanes.reduce(count: sample.classes, 0, { $1 > $0 ? $1 : $0 }, { scores[$0] })
    if !areLogits, shift > 1 {
      // A larger score would put the others out of range.
      for index in 0..<sample.classes { row[index] = C(factor * exp(Double(scores[index]))) }
      return
    }
    let scale = C(factor * exp(Double(shift) - self.shift(at: position) - logSum(at: position)))
    let kernel = ProbabilityKernel(
      scores: scores, shift: shift, scale: scale, count: sample.classes, probabilities: row)
    kernel(elements: sample.classes)
  }
}
