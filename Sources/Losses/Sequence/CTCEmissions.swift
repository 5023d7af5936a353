internal import RealMath

/// The probabilities of the classes that a target uses, at one frame or another.
///
/// Where there are few classes all count as used. There are at most as many as labels in the target, and one more.
@safe
struct CTCEmissions<C: RealScalar, Number: LatticeNumber> {
  /// The classes that are used.
  let classes: Numbers<Int>
  let classCount: Int
  /// Where among these the blank is, and the class of each label.
  let blankSlot: Int
  let slots: Numbers<Int>
  private let frames: CTCFrames<C>
  private let scores: Numbers<Double>
  private let integers: Scratch<Int>
  private let doubles: Scratch<Double>

  init(_ frames: CTCFrames<C>) {
    self.frames = frames
    let sample = frames.sample
    integers = Scratch(slots: 2, slotSize: sample.labels.count + 1)
    (classes, slots) = (integers.numbers(0), integers.numbers(1))
    doubles = Scratch(slots: 1, slotSize: sample.labels.count + 1)
    scores = doubles.numbers(0)
    if sample.classes <= sample.labels.count {
      for index in 0..<sample.classes { classes[index] = index }
      for (index, label) in sample.labels.enumerated() { slots[index] = label }
      (classCount, blankSlot) = (sample.classes, sample.blank)
      return
    }
    var count = 1
    classes[0] = sample.blank
    for (index, label) in sample.labels.enumerated() {
      var slot = 0
      while slot < count, classes[slot] != label { slot &+= 1 }
      if slot == count {
        classes[count] = label
        count += 1
      }
      slots[index] = slot
    }
    (classCount, blankSlot) = (count, 0)
  }

  func deallocate() {
    integers.deallocate()
    doubles.deallocate()
  }

  /// Writes the probabilities at a frame, over the largest. Returns the logarithms of that and of the smallest over it.
  @inline(__always)
  func load(_ frame: Int, into probabilities: Numbers<Number>) -> (logLargest: Double, logSmallest: Double) {
    let (row, shift) = (frames.sample.scores.row(frame), frames.shift(at: frame))
    for slot in 0..<classCount { scores[slot] = Double(row[classes[slot]]) - shift }
    let (largest, smallest) = Double.extremes(of: scores, 0..<classCount)
    // Where all are impossible they stay so; a difference of infinities would not be a number.
    let reference = largest == -.infinity ? 0 : largest
    for slot in 0..<classCount { probabilities[slot] = Number(exponential: scores[slot] - reference) }
    return (reference - frames.logSum(at: frame), smallest - reference)
  }

  /// The sum over the classes.
  func sum(of probabilities: Numbers<Number>) -> Double {
    (0..<classCount).reduce(0) { $0 + probabilities[$1].value }
  }
}
