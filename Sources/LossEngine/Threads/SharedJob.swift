internal import Dispatch
internal import Synchronization

/// Work in chunks that several threads share.
///
/// Each thread begins with a part of its own, so that it finds in its cache what it left there in the call before, and
/// then goes on with what is left of the other parts.
@safe
final class SharedJob: Sendable {
  private let chunkCount: Int
  private let threads: Int
  /// Valid until all chunks are done; the caller waits for that.
  private nonisolated(unsafe) let body: UnsafePointer<(Int) -> Void>
  /// For each part, the next chunk that nobody has begun.
  private nonisolated(unsafe) let next: UnsafeMutablePointer<Atomic<Int>>
  private let participants = Atomic<Int>(1)
  private let unfinished: Atomic<Int>
  private let isFinished = DispatchSemaphore(value: 0)

  /// How long the caller spins before it sleeps, in nanoseconds.
  private static var patience: UInt64 { 100_000 }

  init(chunkCount: Int, threads: Int, body: UnsafePointer<(Int) -> Void>) {
    self.chunkCount = chunkCount
    self.threads = threads
    unsafe self.body = body
    unfinished = Atomic(chunkCount)
    unsafe next = .allocate(capacity: threads)
    for part in 0..<threads {
      unsafe (next + part).initialize(to: Atomic(chunkCount * part / threads))
    }
  }

  deinit {
    unsafe next.deinitialize(count: threads)
    unsafe next.deallocate()
  }

  /// The number of workers that may help.
  var helpers: Int { threads - 1 }

  var hasPlace: Bool { participants.load(ordering: .relaxed) < threads }

  func takePlace() -> Int { participants.wrappingAdd(1, ordering: .relaxed).oldValue }

  func work(as participant: Int) {
    var count = 0
    for offset in 0..<threads {
      let part = (participant + offset) % threads
      let end = chunkCount * (part + 1) / threads
      while true {
        let chunk = unsafe next[part].wrappingAdd(1, ordering: .relaxed).oldValue
        guard chunk < end else { break }
        compute(chunk)
        count += 1
      }
    }
    guard count > 0 else { return }
    let (_, left) = unfinished.wrappingSubtract(count, ordering: .acquiringAndReleasing)
    if left == 0 { isFinished.signal() }
  }

  // A function of its own, so that what it holds is released when it returns.
  @inline(never)
  private func compute(_ chunk: Int) { unsafe body.pointee(chunk) }

  /// Waits until all chunks are done.
  func wait() {
    if !spin(for: Self.patience, until: { unfinished.load(ordering: .acquiring) == 0 }) {
      isFinished.wait()
    }
  }
}

/// Spins until a condition holds, and returns whether it did in time.
func spin(for nanoseconds: UInt64, until condition: () -> Bool) -> Bool {
  let start = DispatchTime.now().uptimeNanoseconds
  repeat {
    // Reading the clock takes as long as many checks of the condition.
    for _ in 0..<64 where condition() { return true }
  } while DispatchTime.now().uptimeNanoseconds - start < nanoseconds
  return false
}
