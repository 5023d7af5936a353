internal import LossEngine
internal import RealMath

/// The probabilities of the classes that a target uses, at each frame, over the largest of them.
///
/// Where there are few classes all count as used. There are at most as many as labels in the target, and one more.
@safe
struct CTCEmissions<C: RealScalar, Number: LatticeNumber> {
  /// The classes that are used.
  let classes: UncheckedBuffer<Int>
  let classCount: Int
  /// Where among these the blank is, and the class of each label. The blank follows the last.
  let blankSlot: Int
  let slots: UncheckedBuffer<Int>
  /// For each frame the largest probability, its logarithm, and that of the smallest over it.
  let largest: UncheckedBuffer<Double>
  let logLargest: UncheckedBuffer<Double>
  let logSmallest: UncheckedBuffer<Double>
  private let probabilities: Scratch<Number>
  private let integers: Scratch<Int>
  private let doubles: Scratch<Double>

  init(_ frames: CTCFrames<C>) {
    let sample = frames.sample
    let labels = sample.labels
    integers = Scratch(slots: 2, slotSize: labels.count + 1)
    doubles = Scratch(slots: 3, slotSize: sample.frames)
    (classes, slots) = (integers[0], integers[1])
    (largest, logLargest, logSmallest) = (doubles[0], doubles[1], doubles[2])
    if sample.classes <= labels.count {
      (classCount, blankSlot) = (sample.classes, sample.blank)
      for index in 0..<sample.classes { classes[index] = index }
      for (index, label) in labels.enumerated() { slots[index] = label }
    } else {
      blankSlot = 0
      classes[0] = sample.blank
      var count = 1
      for (index, label) in labels.enumerated() {
        var slot = 0
        while slot < count, classes[slot] != label { slot &+= 1 }
        if slot == count {
          classes[count] = label
          count += 1
        }
        slots[index] = slot
      }
      classCount = count
    }
    slots[labels.count] = blankSlot
    probabilities = Scratch(slots: sample.frames, slotSize: classCount)
    compute(frames)
  }

  func deallocate() {
    probabilities.deallocate()
    integers.deallocate()
    doubles.deallocate()
  }

  subscript(frame: Int) -> UncheckedBuffer<Number> { probabilities[frame] }

  /// The sum over the classes at a frame.
  func sum(at frame: Int) -> Double { (0..<classCount).reduce(0) { $0 + self[frame][$1].value } }

  // Some frames at a time, for the exponentials of one not to wait until the largest of its scores is found.
  private func compute(_ frames: CTCFrames<C>) {
    let framesAtATime = 16
    let scratch = Scratch<C>(slots: framesAtATime, slotSize: classCount)
    defer { scratch.deallocate() }
    let frameCount = frames.sample.frames
    for start in stride(from: 0, to: frameCount, by: framesAtATime) {
      let some = start..<min(start + framesAtATime, frameCount)
      for frame in some {
        let (row, scores) = (frames.sample.scores.row(frame), scratch[frame - start])
        var (minimum, maximum) = (C.infinity, -C.infinity)
        for slot in 0..<classCount {
          let score = row[classes[slot]]
          scores[slot] = score
          maximum = score > maximum ? score : maximum
          minimum = score < minimum ? score : minimum
        }
        // Where all are impossible they stay so; a difference of infinities would not be a number.
        let reference = maximum == -.infinity ? 0 : Double(maximum)
        logSmallest[frame] = Double(minimum) - reference
        // The score, which is not yet a log-probability.
        logLargest[frame] = reference
      }
      let kernel = ScoreKernel(
        scores: scratch[0], references: logLargest.advanced(by: start), rows: some.count,
        length: classCount, exponentials: self[start])
      kernel(elements: some.count * classCount)
    }
    for frame in 0..<frameCount {
      logLargest[frame] = logLargest[frame] - frames.shift(at: frame) - frames.logSum(at: frame)
    }
    for frame in 0..<frameCount { largest[frame] = exp(logLargest[frame]) }
  }
}
