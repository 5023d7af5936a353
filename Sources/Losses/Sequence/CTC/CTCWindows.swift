/// The frames of a sample in windows, each so short that what is found at its frames can be kept.
///
/// What goes through the frames and then back needs again, on its way back, what it found at each frame. Where all frames
/// are one window, that is still there. Otherwise the state before some of the windows is saved, and a window is computed
/// once more from the last state that is saved before it. The same operations on the same numbers give the same bits.
package struct CTCWindows {
  let frames: Int
  /// The frames of a window. The last one may have fewer.
  let length: Int
  /// How many states there is memory for.
  package let states: Int

  /// The bytes that a thread may keep of the frames of a sample.
  static var memory: Int { 6 << 20 }

  /// - Parameters:
  ///   - bytesPerState: The size of a state, or 0 where nothing goes back.
  ///   - memory: The bytes that may be kept. One frame is kept in any case, and so many states that each window is not
  ///     computed more often than the logarithm of their number.
  package init(frames: Int, bytesPerFrame: Int, bytesPerState: Int, memory: Int) {
    self.frames = frames
    if bytesPerFrame <= memory / max(frames, 1) {
      (length, states) = (max(frames, 1), 0)
      return
    }
    length = max(1, memory / 2 / bytesPerFrame)
    let count = (frames + length - 1) / length
    let enough = Int.bitWidth - count.leadingZeroBitCount
    states = bytesPerState == 0 ? 0 : min(count, max(enough, memory / 2 / bytesPerState))
  }

  package var count: Int { (frames + length - 1) / length }

  /// The frames of a window.
  subscript(window: Int) -> Range<Int> { window * length..<min((window + 1) * length, frames) }
}

/// The states that are saved before windows.
package struct CTCCheckpoints {
  private let capacity: Int
  /// The window that each state is saved before, in ascending order.
  private var windows: [Int] = []

  package init(capacity: Int) { self.capacity = capacity }

  /// How to get to a window.
  package struct Route {
    /// The window to go on from.
    package let start: Int
    /// The position of the state that is saved before it, or `nil` where that is the state before the first frame.
    package let saved: Int?
    private let spacing: Int
    private let end: Int

    fileprivate init(from start: Int, saved: Int?, to end: Int, spacing: Int) {
      (self.start, self.saved, self.spacing, self.end) = (start, saved, spacing, end)
    }

    /// Whether the state before a window is to be saved on the way.
    package func saves(_ window: Int) -> Bool {
      window > start && window < end && (window - start).isMultiple(of: spacing)
    }
  }

  /// Returns how to get to a window, and forgets the states that are saved before later ones.
  package mutating func route(to window: Int) -> Route {
    while let last = windows.last, last > window { windows.removeLast() }
    let start = windows.last ?? 0
    return Route(
      from: start, saved: windows.isEmpty ? nil : windows.count - 1, to: window,
      spacing: Self.spacing(of: window - start, places: capacity - windows.count))
  }

  /// Returns the position of the state that is saved before a window.
  package mutating func add(_ window: Int) -> Int {
    windows.append(window)
    return windows.count - 1
  }

  /// Returns the distance of the states to be saved on the way through so many windows.
  ///
  /// With all places in use, every window is computed twice if they are no more than the places. Otherwise some places
  /// are left for the ways through the pieces, each of which is cut in as many. So the windows are computed once more for
  /// each such level: as few as it takes.
  private static func spacing(of windows: Int, places: Int) -> Int {
    var levels = 1
    func piece(after levels: Int) -> Int {
      (0..<levels).reduce(windows) { rest, _ in (rest + places / levels) / (places / levels + 1) }
    }
    while levels < places, piece(after: levels) > 1 { levels += 1 }
    let pieces = places / levels + 1
    return max(1, (windows + pieces - 1) / pieces)
  }
}
