internal import Synchronization

#if !(os(WASI) || hasFeature(Embedded))
  /// How quickly calls follow one another, which decides how long workers spin after one.
  ///
  /// Spinning is for loops of calls. It takes a processor's time from the rest of the program, so it must not take more than
  /// the calls do: workers spin no longer than the last call took, and only if the pause before it was as short.
  package struct Rhythm: ~Copyable, Sendable {
    /// The longest time that workers spin, in nanoseconds.
    static var longestPatience: UInt64 { 100_000 }

    /// The shortest, in nanoseconds: some times what waking takes.
    private static var shortestPatience: UInt64 { 20_000 }

    private let endOfLastCall = Atomic<UInt64>(0)
    /// The time to spin if the next call comes soon, in nanoseconds.
    private let nextPatience = Atomic<UInt64>(0)
    private let currentPatience = Atomic<UInt64>(0)

    package init() {}

    /// How long a worker spins that has nothing to do, in nanoseconds. Not at all if it is 0.
    package var patience: UInt64 { currentPatience.load(ordering: .relaxed) }

    /// Takes note that a call begins.
    package func begin(at time: UInt64) {
      // Negative where another thread's call has ended since the time was taken.
      let pause = Int64(bitPattern: time &- endOfLastCall.load(ordering: .relaxed))
      let patience = nextPatience.load(ordering: .relaxed)
      currentPatience.store(pause < Int64(patience) ? patience : 0, ordering: .relaxed)
    }

    /// Takes note that a call ends.
    package func end(at time: UInt64, begunAt start: UInt64) {
      let duration = min(max(time - start, Self.shortestPatience), Self.longestPatience)
      nextPatience.store(duration, ordering: .relaxed)
      endOfLastCall.store(time, ordering: .relaxed)
    }
  }
#endif
