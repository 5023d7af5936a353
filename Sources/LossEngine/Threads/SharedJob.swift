internal import Synchronization

#if !(os(WASI) || hasFeature(Embedded))
  /// Work in chunks that several threads share.
  ///
  /// Each thread begins with a part of its own, so that it finds in its cache what it left there in the call before, and
  /// then goes on with what is left of the other parts.
  @safe
  final class SharedJob: Sendable {
    private let chunkCount: Int
    private let threads: Int
    /// The limit of threads for calls within the chunks.
    private let nestedLimit: Int?
    /// That of the caller.
    private let qualityOfService = QualityOfService.current
    /// Valid until all chunks are done; the caller waits for that.
    private nonisolated(unsafe) let body: UnsafePointer<(Int) -> Void>
    /// For each part, the next chunk that nobody has begun.
    private nonisolated(unsafe) let next: UnsafeMutablePointer<Atomic<Int>>
    private let participants = Atomic<Int>(1)
    private let unfinished: Atomic<Int>
    private let awaited = Atomic<Bool>(false)

    init(chunkCount: Int, threads: Int, nestedLimit: Int?, body: UnsafePointer<(Int) -> Void>) {
      self.chunkCount = chunkCount
      self.threads = threads
      self.nestedLimit = nestedLimit
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

    var isFinished: Bool { unfinished.load(ordering: .sequentiallyConsistent) == 0 }

    /// Whether the caller waits for a signal that the job is finished.
    var isAwaited: Bool { awaited.load(ordering: .sequentiallyConsistent) }

    /// Whether the job is finished. If not, whoever finishes it finds it awaited.
    var isFinishedElseAwaited: Bool {
      awaited.store(true, ordering: .sequentiallyConsistent)
      return isFinished
    }

    func takePlace() -> Int { participants.wrappingAdd(1, ordering: .relaxed).oldValue }

    /// Computes chunks until none is left, and returns whether that finished the job.
    func work(as participant: Int) -> Bool {
      qualityOfService.adopt()
      guard let nestedLimit else { return computeChunks(as: participant) }
      return Parallelism.$maximumThreads.withValue(nestedLimit) { computeChunks(as: participant) }
    }

    private func computeChunks(as participant: Int) -> Bool {
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
      guard count > 0 else { return false }
      return unfinished.wrappingSubtract(count, ordering: .sequentiallyConsistent).newValue == 0
    }

    // A function of its own, so that what it holds is released when it returns.
    @inline(never)
    private func compute(_ chunk: Int) { unsafe body.pointee(chunk) }
  }
#endif
