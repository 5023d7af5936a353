internal import LossEngine

/// The states at each frame that can be reached from the start and from which the end can be reached.
///
/// A label can be one frame after the one before it, or two if the two are equal, for then there is a blank between
/// them. A blank comes a frame after the label before it, and a frame before the one after it.
struct CTCBand {
  private let lowerLabels: UncheckedBuffer<Int>
  private let upperLabels: UncheckedBuffer<Int>
  private let lowerBlanks: UncheckedBuffer<Int>
  private let upperBlanks: UncheckedBuffer<Int>
  private let frames: Scratch<Int>

  /// - Precondition: The sample has a path.
  init(_ sample: CTCSample<some Any>) {
    let labels = sample.labels
    frames = Scratch(slots: 4, slotSize: sample.frames)
    (lowerLabels, upperLabels) = (frames[0], frames[1])
    (lowerBlanks, upperBlanks) = (frames[2], frames[3])

    // The first frame at which each label can be. There is one more that never can.
    let scratch = Scratch<Int>(slots: 1, slotSize: labels.count + 1)
    defer { scratch.deallocate() }
    let earliest = scratch[0]
    var next = 0
    for index in 0..<labels.count {
      if index > 0, labels[index] == labels[index - 1] { next += 1 }
      earliest[index] = next
      next += 1
    }
    earliest[labels.count] = .max

    // What is earlier than this at the first frame can no longer reach the end; a frame later it is one more.
    let earliestOfLast = next - sample.frames
    var (lower, upper) = (0, 0)
    for frame in 0..<sample.frames {
      if earliest[lower] < earliestOfLast + frame { lower += 1 }
      let isLowerLate = earliest[lower] == earliestOfLast + frame
      let isUpperNew = earliest[upper] == frame
      if isUpperNew { upper += 1 }
      (lowerLabels[frame], upperLabels[frame]) = (lower, upper)
      lowerBlanks[frame] = isLowerLate ? lower + 1 : lower
      upperBlanks[frame] = isUpperNew ? upper : upper + 1
    }
  }

  func deallocate() { frames.deallocate() }

  @inline(__always)
  func labels(at frame: Int) -> Range<Int> { lowerLabels[frame]..<upperLabels[frame] }

  /// Those before the labels that can still be at the next frame, up to the one after the last label that could be at
  /// the frame before.
  @inline(__always)
  func blanks(at frame: Int) -> Range<Int> { lowerBlanks[frame]..<upperBlanks[frame] }
}
