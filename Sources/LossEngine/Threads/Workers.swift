internal import Synchronization

#if !(os(WASI) || hasFeature(Embedded))
  /// The threads that help with the work of a call.
  ///
  /// Waking a thread takes longer than many a call. So nobody waits for a worker: the caller does what no other thread has
  /// begun. And where one call quickly follows another, a worker spins for a while after a call, then sleeps; after some
  /// seconds without work it ends.
  package final class Workers: Sendable {
    /// The workers of this process.
    ///
    /// A process that was forked has none of its parent's threads. Locks may be held there, and jobs unfinished, by threads
    /// that don't exist, so it leaves the parent's workers alone and begins with new ones.
    package static var shared: Workers {
      if let workers = unsafe current.load(ordering: .acquiring) {
        return unsafe workers.takeUnretainedValue()
      }
      _ = forgetsWorkersAfterFork
      let new = unsafe Unmanaged.passRetained(Workers(idleTime: 5_000_000_000))
      let (exchanged, original) = unsafe current.compareExchange(
        expected: nil, desired: new, ordering: .acquiringAndReleasing)
      if exchanged { return unsafe new.takeUnretainedValue() }
      unsafe new.release()
      return unsafe original!.takeUnretainedValue()
    }

    private static let current = unsafe Atomic<Unmanaged<Workers>?>(nil)

    private static let forgetsWorkersAfterFork: Void = SystemThread.afterFork {
      unsafe current.store(nil, ordering: .releasing)
    }

    private struct State {
      var jobs: [SharedJob] = []
      var workers = 0
      var sleepers = 0
    }

    private let state = Monitor(State())
    private let newJob = Condition()
    private let finishedJob = Condition()
    /// How long a worker sleeps before it ends, in nanoseconds.
    private let idleTime: UInt64
    /// Incremented with each new job.
    private let jobCount = Atomic<Int>(0)
    /// The number of workers that spin.
    private let spinning = Atomic<Int>(0)
    private let rhythm = Rhythm()

    /// - Parameter idleTime: How long a worker sleeps before it ends, in nanoseconds.
    package init(idleTime: UInt64) { self.idleTime = idleTime }

    /// Whether a worker would help at once.
    var areAwake: Bool { spinning.load(ordering: .relaxed) > 0 }

    /// The number of threads that there are.
    package var count: Int { state.withLock { $0.workers } }

    /// Calls a function with the numbers of all chunks, on this thread and on workers, and returns when all are done.
    ///
    /// - Parameters:
    ///   - threads: The number of threads, with this one.
    ///   - nestedLimit: The limit of threads for calls within the chunks.
    package func complete(
      chunkCount: Int, threads: Int, nestedLimit: Int? = nil, _ body: (Int) -> Void
    ) {
      let start = Clock.now
      rhythm.begin(at: start)
      withoutActuallyEscaping(body) { body in
        unsafe withUnsafePointer(to: body) { body in
          let job = unsafe SharedJob(
            chunkCount: chunkCount, threads: threads, nestedLimit: nestedLimit, body: body)
          callWorkers(for: job)
          let isFinished = job.work(as: 0)
          state.withLock { state in state.jobs.removeAll { $0 === job } }
          if !isFinished { wait(for: job) }
        }
      }
      rhythm.end(at: Clock.now, begunAt: start)
    }

    private func callWorkers(for job: SharedJob) {
      let (newcomers, sleepers) = state.withLock { state in
        state.jobs.append(job)
        let newcomers = max(0, job.helpers - state.workers)
        state.workers += newcomers
        return (newcomers, min(state.sleepers, job.helpers - newcomers))
      }
      jobCount.wrappingAdd(1, ordering: .releasing)
      for _ in 0..<newcomers where !SystemThread.start({ self.work() }) {
        state.withLock { $0.workers -= 1 }
      }
      for _ in 0..<sleepers { newJob.signal() }
    }

    private func wait(for job: SharedJob) {
      if Clock.spin(for: Rhythm.longestPatience, until: { job.isFinished }) { return }
      state.wait(for: finishedJob) { _, _ in job.isFinishedElseAwaited ? () : nil }
    }

    private func work() {
      repeat {
        var old: Int
        repeat { old = jobCount.load(ordering: .acquiring) } while help() || spin(after: old)
      } while sleep()
    }

    /// Helps with a job, if there is one.
    private func help() -> Bool {
      let place = state.withLock { state in
        state.jobs.first(where: \.hasPlace).map { ($0, $0.takePlace()) }
      }
      guard let (job, participant) = place else { return false }
      if job.work(as: participant), job.isAwaited {
        // The caller holds the lock from its last look at the job until it waits.
        state.withLock { _ in }
        finishedJob.broadcast()
      }
      return true
    }

    /// Spins until there is a new job, but not for long.
    private func spin(after old: Int) -> Bool {
      let patience = rhythm.patience
      guard patience > 0 else { return false }
      spinning.wrappingAdd(1, ordering: .relaxed)
      defer { spinning.wrappingSubtract(1, ordering: .relaxed) }
      return Clock.spin(for: patience) { jobCount.load(ordering: .acquiring) != old }
    }

    /// Sleeps until there is work. Returns whether there is, since a worker that had none for long ends.
    private func sleep() -> Bool {
      var sleeps = false
      return state.wait(for: newJob, nanoseconds: idleTime) { state, isOver in
        if !sleeps {
          sleeps = true
          state.sleepers += 1
        }
        let hasWork = state.jobs.contains(where: \.hasPlace)
        guard hasWork || isOver else { return nil }
        state.sleepers -= 1
        if !hasWork { state.workers -= 1 }
        return hasWork
      }
    }
  }
#endif
