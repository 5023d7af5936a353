internal import LossEngine
internal import RealMath

/// One sequence of a call of CTC: its scores and its target, and where its results go.
struct CTCSample<C: RealScalar> {
  /// The number of frames that count.
  let frames: Int
  let classes: Int
  let blank: Int
  let labels: [Int]
  /// The scores for the classes at each frame.
  let scores: CTCRows<C>
  /// The gradient with respect to the scores, if it is asked for.
  let gradient: CTCRows<C>?
  /// Whether a row that is stored is added to what is there, and so can be stored once only.
  let accumulates: Bool
  /// What the gradient is multiplied by.
  let scale: Double
  /// By how much of itself a score may have been rounded.
  let relativeError: Double
  /// The bytes that may be kept of its frames.
  let memory: Int
}

extension CTCSample {
  /// Whether there are frames enough for the labels.
  var hasPath: Bool { CTCTargets.framesNeeded(by: labels) <= frames }

  /// Sets the gradient at every frame that counts to one number.
  func fillGradient(with number: C) {
    guard let gradient else { return }
    for frame in 0..<frames {
      let row = gradient.row(frame)
      for index in 0..<classes { row[index] = number }
      gradient.store(frame)
    }
  }
}

/// A row of numbers for each frame: where they lie, or else in memory for one row at a time.
struct CTCRows<C: RealScalar> {
  /// The first row, if rows can be used where they lie.
  let first: UncheckedBuffer<C>?
  /// The distance between rows.
  let stride: Int
  /// Fetches a row, where it cannot be used where it lies, and puts it back.
  let load: (_ frame: Int) -> UncheckedBuffer<C>
  var put: (_ frame: Int) -> Void = { _ in }

  @inline(__always)
  func row(_ frame: Int) -> UncheckedBuffer<C> { first?.advanced(by: frame &* stride) ?? load(frame) }

  @inline(__always)
  func store(_ frame: Int) { if first == nil { put(frame) } }
}
