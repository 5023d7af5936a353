internal import LossEngine
internal import RealMath

/// The probabilities of the classes that a target uses, at each frame of a window, over the largest of them.
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
  /// For each position in the window the largest probability, its logarithm, and that of the smallest over it.
  let largest: UncheckedBuffer<Double>
  let logLargest: UncheckedBuffer<Double>
  let logSmallest: UncheckedBuffer<Double>
  private let probabilities: Scratch<Number>
  private let integers: Scratch<Int>
  private let doubles: Scratch<Double>

  /// - Parameter length: The most frames of a window.
  @specialized(where C == Float, Number == Double) @specialized(where C == Double, Number == Double)
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  init(_ sample: CTCSample<C>, length: Int) {
    let labels = sample.labels
    integers = Scratch(slots: 2, slotSize: labels.count + 1)
    doubles = Scratch(slots: 3, slotSize: length)
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
    probabilities = Scratch(slots: length, slotSize: classCount)
  }

  /// The most classes that a sample uses.
  static func mostClasses(of sample: CTCSample<C>) -> Int { min(sample.classes, sample.labels.count + 1) }

  func deallocate() {
    probabilities.deallocate()
    integers.deallocate()
    doubles.deallocate()
  }

  subscript(position: Int) -> UncheckedBuffer<Number> { probabilities[position] }

  /// The sum over the classes at a position of the window.
  @specialized(where C == Float, Number == Double) @specialized(where C == Double, Number == Double)
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  func sum(at position: Int) -> Double { (0..<classCount).reduce(0) { $0 + self[position][$1].value } }

  /// Finds the probabilities at the frames of a window.
  // Some frames at a time, for the exponentials of one not to wait until the largest of its scores is found.
  @specialized(where C == Float, Number == Double) @specialized(where C == Double, Number == Double)
  @specialized(where C == Float, Number == WideDouble) @specialized(where C == Double, Number == WideDouble)
  @specialized(where C == Float, Number == LogDouble) @specialized(where C == Double, Number == LogDouble)
  func load(_ window: Range<Int>, of frames: CTCFrames<C>) {
    frames.load(window)
    let framesAtATime = min(16, window.count)
    let scratch = Scratch<C>(slots: framesAtATime, slotSize: classCount)
    defer { scratch.deallocate() }
    for start in stride(from: 0, to: window.count, by: framesAtATime) {
      let some = start..<min(start + framesAtATime, window.count)
      for position in some {
        let (row, scores) = (
          frames.sample.scores.row(window.lowerBound + position), scratch[position - start]
        )
        var (minimum, maximum) = (C.infinity, -C.infinity)
        for slot in 0..<classCount {
          let score = row[classes[slot]]
          scores[slot] = score
          maximum = score > maximum ? score : maximum
          minimum = score < minimum ? score : minimum
        }
        // Where all are impossible they stay so; a difference of infinities would not be a number.
        let reference = maximum == -.infinity ? 0 : Double(maximum)
        logSmallest[position] = Double(minimum) - reference
        // The score, which is not yet a log-probability.
        logLargest[position] = reference
      }
      let kernel = ScoreKernel(
        scores: scratch[0], references: logLargest.advanced(by: start), rows: some.count,
        length: classCount, exponentials: self[start])
      kernel(elements: some.count * classCount)
    }
    for position in 0..<window.count {
      logLargest[position] = logLargest[position] - frames.shift(at: position) - frames.logSum(at: position)
    }
    for position in 0..<window.count { largest[position] = exp(logLargest[position]) }
  }
}
