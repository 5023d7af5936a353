internal import Tensors

/// The number of threads that the work of one call may use.
///
/// Results have the same bits for any number. Small work stays on the calling thread in any case.
///
///     try Parallelism.$maximumThreads.withValue(1) {
///       try loss(input, target: target).value()
///     }
public enum Parallelism {
  #if !hasFeature(Embedded)
    /// The limit for the current task; `nil`, the default, means no limit but that of the system.
    ///
    /// There are never more threads than processors that the process may use: on Linux, those in the affinity mask, and
    /// no more than the CPU quota of the process's control groups. All threads share one count: the mask is that of
    /// the thread that read it last, and it is read again after 50 ms.
    ///
    /// A loss that is called within the work of another one shares the limit with it.
    @TaskLocal public static var maximumThreads: Int?

    /// For tests: as if the process could use so many processors.
    @TaskLocal package static var processors: Int?

    /// For tests: calls `body` with a limit of so many threads, as if there were a processor for each, up to 64.
    package static func withThreads<Result>(_ count: Int, _ body: () throws -> Result) rethrows -> Result {
      try $processors.withValue(min(count, 64)) { try $maximumThreads.withValue(count, operation: body) }
    }
  #endif

  /// Calls `body` with a limit of one thread.
  static func withOneThread(_ body: () -> Void) {
    #if hasFeature(Embedded)
      body()
    #else
      $maximumThreads.withValue(1, operation: body)
    #endif
  }

  /// The chunks that threads share before their sums are added up.
  private static var chunksAtATime: Int { 1 << 16 }

  /// What work must cost to be shared, in nanoseconds: more than sharing takes, and waking where threads sleep.
  private static var costOfSharing: Double { 5_000 }
  private static var costOfWaking: Double { 10_000 }

  /// Returns the sum of what `body` returns for the chunks of `chunkSize` that make up `0..<count`, added in their order.
  ///
  /// Where `cost`, the whole work in nanoseconds, is worth it, several threads share the chunks. Chunks depend on `count`
  /// and `chunkSize` alone, and so does the sum.
  package static func sum(
    over count: Int,
    chunkSize: Int,
    cost: Double,
    _ body: (Range<Int>) -> Double
  ) -> Double {
    // Without elements there may still be lengths for which there is no memory.
    guard count > 0 else { return 0 }
    guard count > chunkSize else { return body(0..<count) }
    let chunkCount = (count - 1) / chunkSize + 1
    func sum(ofChunk chunk: Int) -> Double {
      body(chunk * chunkSize..<min((chunk + 1) * chunkSize, count))
    }
    var total = CompensatedSum()
    #if !(os(WASI) || hasFeature(Embedded))
      let threads = min(threads(worthwhileFor: cost), chunkCount)
      if threads > 1 {
        // The threads within a chunk are some of those that the limit allows for all.
        let nestedLimit = maximumThreads.map { max(1, $0 / threads) }
        // So many at a time that the memory for their sums does not grow with the work.
        for first in stride(from: 0, to: chunkCount, by: chunksAtATime) {
          let some = min(chunksAtATime, chunkCount - first)
          let sums = unsafe [Double](count: some) { sums in
            let memory = sums.baseAddress!
            // Each thread writes the sums of its own chunks.
            Workers.shared.complete(chunkCount: some, threads: threads, nestedLimit: nestedLimit) {
              unsafe memory[$0] = sum(ofChunk: first + $0)
            }
          }
          for sum in sums { total.add(sum) }
        }
        return total.value
      }
    #endif
    for chunk in 0..<chunkCount { total.add(sum(ofChunk: chunk)) }
    return total.value
  }

  /// Calls `body` with the chunks of `chunkSize` that make up `0..<count`, which several threads share where that is worth it.
  package static func forEachChunk(
    of count: Int, chunkSize: Int, cost: Double, _ body: (Range<Int>) -> Void
  ) {
    _ = sum(over: count, chunkSize: chunkSize, cost: cost) {
      body($0)
      return 0
    }
  }

  /// Calls `body` with some of `count` lines at a time, whose elements take a nanosecond each.
  static func forEachLine(count: Int, length: Int, _ body: (Range<Int>) -> Void) {
    forEachChunk(
      of: count, chunkSize: Blocks.linesPerChunk(of: length), cost: Double(count) * Double(length), body)
  }

  /// Returns how many threads may share work of this cost: 1 if none but the caller's.
  static func threads(worthwhileFor cost: Double) -> Int {
    #if os(WASI) || hasFeature(Embedded)
      return 1
    #else
      guard cost >= costOfSharing, cost >= costOfWaking || Workers.shared.areAwake else { return 1 }
      let limit = maximumThreads ?? .max
      return limit > 1 ? min(limit, processors ?? Processors.count) : 1
    #endif
  }
}
