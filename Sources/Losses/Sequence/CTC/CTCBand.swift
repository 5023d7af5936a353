internal import LossEngine

/// The states at each frame of a window that can be reached from the start and from which the end can be reached.
///
/// A label can be one frame after the one before it, or two if the two are equal, for then there is a blank between
/// them. A blank comes a frame after the label before it, and a frame before the one after it.
struct CTCBand {
  /// The first frame at which each label can be. There is one more that never can.
  private let earliest: UncheckedBuffer<Int>
  /// What is earlier than this at the first frame can no longer reach the end; a frame later it is one more.
  private let earliestOfLast: Int
  private let lowerLabels: UncheckedBuffer<Int>
  private let upperLabels: UncheckedBuffer<Int>
  private let lowerBlanks: UncheckedBuffer<Int>
  private let upperBlanks: UncheckedBuffer<Int>
  private let bounds: Scratch<Int>
  private let labels: Scratch<Int>

  /// - Parameter length: The most frames of a window.
  /// - Precondition: The sample has a path.
  init(_ sample: CTCSample<some Any>, length: Int) {
    bounds = Scratch(slots: 4, slotSize: length)
    (lowerLabels, upperLabels) = (bounds[0], bounds[1])
    (lowerBlanks, upperBlanks) = (bounds[2], bounds[3])

    let labels = sample.labels
    self.labels = Scratch(slots: 1, slotSize: labels.count + 1)
    earliest = self.labels[0]
    var next = 0
    for index in 0..<labels.count {
      if index > 0, labels[index] == labels[index - 1] { next += 1 }
      earliest[index] = next
      next += 1
    }
    earliest[labels.count] = .max
    earliestOfLast = next - sample.frames
  }

  func deallocate() {
    bounds.deallocate()
    labels.deallocate()
  }

  /// Finds the states at the frames of a window.
  func load(_ window: Range<Int>) {
    var (lower, upper) = (0, 0)
    while earliest[lower] < earliestOfLast + window.lowerBound { lower += 1 }
    while earliest[upper] < window.lowerBound { upper += 1 }
    for (position, frame) in window.enumerated() {
      if earliest[lower] < earliestOfLast + frame { lower += 1 }
      let isLowerLate = earliest[lower] == earliestOfLast + frame
      let isUpperNew = earliest[upper] == frame
      if isUpperNew { upper += 1 }
      (lowerLabels[position], upperLabels[position]) = (lower, upper)
      lowerBlanks[position] = isLowerLate ? lower + 1 : lower
      upperBlanks[position] = isUpperNew ? upper : upper + 1
    }
  }

  /// The labels at a position of the window.
  @inline(__always)
  func labels(at position: Int) -> Range<Int> { lowerLabels[position]..<upperLabels[position] }

  /// Those before the labels that can still be at the next frame, up to the one after the last label that could be at
  /// the frame before.
  @inline(__always)
  func blanks(at position: Int) -> Range<Int> { lowerBlanks[position]..<upperBlanks[position] }
}
