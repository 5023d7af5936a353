/// The states at one frame that can be reached from the start and from which the end can be reached.
///
/// A label can be one frame after the one before it, or two if the two are equal, for then there is a blank between
/// them. A blank comes a frame after the label before it, and a frame before the one after it.
struct CTCBand {
  private let frames: Int
  private let labelCount: Int
  /// The first frame at which each label can be.
  private let earliest: Numbers<Int>
  private var frame = 0
  private(set) var labels = 0..<0

  /// - Parameter earliest: Memory for a number for each label.
  init(_ sample: CTCSample<some Any>, earliest: Numbers<Int>) {
    frames = sample.frames
    labelCount = sample.labels.count
    self.earliest = earliest
    var next = 0
    for index in 0..<labelCount {
      if index > 0, sample.labels[index] == sample.labels[index - 1] { next += 1 }
      earliest[index] = next
      next += 1
    }
  }

  /// Whether there are frames enough for all labels.
  var isFeasible: Bool { labelCount == 0 || earliest[labelCount - 1] < frames }

  /// What is earlier can no longer reach the end.
  private var earliestOfLast: Int { earliest[labelCount - 1] - (frames - 1 - frame) }

  mutating func move(to frame: Int) {
    self.frame = frame
    guard labelCount > 0 else { return }
    var (lower, upper) = (labels.lowerBound, labels.upperBound)
    while upper < labelCount, earliest[upper] <= frame { upper += 1 }
    while upper > 0, earliest[upper - 1] > frame { upper -= 1 }
    while lower < labelCount, earliest[lower] < earliestOfLast { lower += 1 }
    while lower > 0, earliest[lower - 1] >= earliestOfLast { lower -= 1 }
    labels = lower..<upper
  }

  /// Those before the labels that can still be at the next frame, up to the one after the last label that could be at
  /// the frame before.
  var blanks: Range<Int> {
    guard labelCount > 0 else { return 0..<1 }
    let (lower, upper) = (labels.lowerBound, labels.upperBound)
    let isLowerLate = lower < labelCount && earliest[lower] == earliestOfLast
    let isUpperNew = upper > 0 && earliest[upper - 1] == frame
    return (isLowerLate ? lower + 1 : lower)..<(isUpperNew ? upper : upper + 1)
  }
}
