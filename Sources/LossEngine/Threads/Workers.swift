internal import Dispatch
internal import Foundation
internal import Synchronization

/// The threads that help with the work of a call.
///
/// Waking a thread takes longer than many a call. So a worker spins for 0.1 ms after a call, then sleeps; and nobody
/// waits for one: the caller does what no other thread has begun.
final class Workers: Sendable {
  static let shared = Workers()

  /// How long a worker spins, in nanoseconds: the time between one call and the next in a loop of calls.
  private static var patience: UInt64 { 100_000 }

  private struct State {
    var jobs: [SharedJob] = []
    var workers = 0
    var sleepers = 0
  }

  private let state = Locked(State())
  /// Incremented with each new job.
  private let jobCount = Atomic<Int>(0)
  /// The number of workers that spin.
  private let spinning = Atomic<Int>(0)
  private let alarm = DispatchSemaphore(value: 0)

  /// Whether a worker would help at once.
  var areAwake: Bool { spinning.load(ordering: .relaxed) > 0 }

  /// Does a job together with the workers that it is for.
  func complete(_ job: SharedJob) {
    let (newcomers, sleepers) = state.withLock { state in
      state.jobs.append(job)
      let newcomers = max(0, job.helpers - state.workers)
      state.workers += newcomers
      let sleepers = min(state.sleepers, job.helpers - newcomers)
      state.sleepers -= sleepers
      return (newcomers, sleepers)
    }
    jobCount.wrappingAdd(1, ordering: .releasing)
    for _ in 0..<newcomers { Thread.detachNewThread { self.work() } }
    for _ in 0..<sleepers { alarm.signal() }
    job.work(as: 0)
    state.withLock { state in state.jobs.removeAll { $0 === job } }
    job.wait()
  }

  private func work() {
    while true {
      let old = jobCount.load(ordering: .acquiring)
      if help() { continue }
      if waitForJob(after: old) { continue }
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

  /// Spins until there is a new job, but not for long.
  private func waitForJob(after old: Int) -> Bool {
    spinning.wrappingAdd(1, ordering: .relaxed)
    defer { spinning.wrappingSubtract(1, ordering: .relaxed) }
    return spin(for: Self.patience) { jobCount.load(ordering: .acquiring) != old }
  }
}
