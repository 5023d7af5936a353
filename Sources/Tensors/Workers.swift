internal import Dispatch
internal import Foundation
internal import Synchronization

/// The threads that help with the work of a call.
///
/// To wake a thread takes longer than many a call. So one that has helped looks out for more before it sleeps, and
/// nobody waits for one: a caller does what no other thread has begun.
final class Workers: Sendable {
  static let shared = Workers()

  /// How long a thread looks out for work, in nanoseconds: the time between one call and the next in a loop of them.
  private static var patience: UInt64 { 100_000 }

  private struct State {
    var jobs: [SharedJob] = []
    var workers = 0
    var sleepers = 0
  }

  private let state = Locked(State())
  /// Changes with each new job.
  private let news = Atomic<Int>(0)
  /// How many threads look out for work.
  private let lookouts = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Whether a thread would help at once.
  var areAwake: Bool { lookouts.load(ordering: .relaxed) > 0 }

  /// Does a job together with the other threads that it is for.
  func complete(_ job: SharedJob) {
    let (newcomers, sleepers) = state.withLock { state in
      state.jobs.append(job)
      let newcomers = max(0, job.helpers - state.workers)
      state.workers += newcomers
      let sleepers = min(state.sleepers, job.helpers - newcomers)
      state.sleepers -= sleepers
      return (newcomers, sleepers)
    }
    news.wrappingAdd(1, ordering: .releasing)
    for _ in 0..<newcomers { Thread.detachNewThread { self.work() } }
    for _ in 0..<sleepers { alarm.signal() }
    job.work(as: 0)
    state.withLock { state in state.jobs.removeAll { $0 === job } }
    job.wait()
  }

  private func work() {
    while true {
      let old = news.load(ordering: .acquiring)
      if help() { continue }
      if lookOut(forOtherThan: old) { continue }
      let sleeps = state.withLock { state in
        let sleeps = !state.jobs.contains(where: \.hasPlace)
        if sleeps { state.sleepers += 1 }
        return sleeps
      }
      if sleeps { alarm.wait() }
    }
  }

  /// Helps with a job, if there is one.
  private func help() -> Bool {
    let place = state.withLock { state in
      state.jobs.first(where: \.hasPlace).map { ($0, $0.takePlace()) }
    }
    guard let (job, participant) = place else { return false }
    job.work(as: participant)
    return true
  }

  /// Waits for a new job, but not for long.
  private func lookOut(forOtherThan old: Int) -> Bool {
    lookouts.wrappingAdd(1, ordering: .relaxed)
    defer { lookouts.wrappingSubtract(1, ordering: .relaxed) }
    return spin(for: Self.patience) { news.load(ordering: .acquiring) != old }
  }
}

/// Work in chunks that several threads share.
///
/// Each begins with a part of its own, so that it finds in its cache what it left there in the call before, and then
/// goes on with what is left of the others'.
@safe
final class SharedJob: Sendable {
  private let chunkCount: Int
  private let threads: Int
  /// Valid until all chunks are done, which the caller waits for.
  private nonisolated(unsafe) let body: UnsafePointer<(Int) -> Void>
  /// For each part the next chunk that nobody has begun.
  private nonisolated(unsafe) let next: UnsafeMutablePointer<Atomic<Int>>
  private let participants = Atomic<Int>(1)
  private let unfinished: Atomic<Int>
  private let isFinished = DispatchSemaphore(value: 0)

  /// How long a thread waits for the others before it sleeps, in nanoseconds.
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

  /// The number of threads besides the caller's.
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

  /// A function of its own, for what it holds to be released when it returns.
  @inline(never)
  private func compute(_ chunk: Int) { unsafe body.pointee(chunk) }

  /// Waits until all chunks are done.
  func wait() {
    if !spin(for: Self.patience, until: { unfinished.load(ordering: .acquiring) == 0 }) {
      isFinished.wait()
    }
  }
}

/// Looks at a condition again and again. Returns whether it has come true in time.
private func spin(for nanoseconds: UInt64, until condition: () -> Bool) -> Bool {
  let start = DispatchTime.now().uptimeNanoseconds
  repeat {
    // A look at the clock takes as long as many at the condition.
    for _ in 0..<64 where condition() { return true }
  } while DispatchTime.now().uptimeNanoseconds - start < nanoseconds
  return false
}
