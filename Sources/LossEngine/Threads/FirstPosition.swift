internal import Synchronization

/// The first position at which any thread has found something.
struct FirstPosition: ~Copyable, Sendable {
  private let lowest = Atomic(Int.max)

  func report(_ position: Int) { lowest.min(position, ordering: .relaxed) }

  /// Whether there is no need to look from `position` on.
  func precedes(_ position: Int) -> Bool { lowest.load(ordering: .relaxed) < position }

  var value: Int? {
    let position = lowest.load(ordering: .relaxed)
    return position == .max ? nil : position
  }
}
