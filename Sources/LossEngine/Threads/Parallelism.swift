internal import Foundation
internal import Tensors

/// The number of threads that the work of one call may use.
///
/// Results have the same bits for any number. Small work stays on the calling thread in any case.
///
///     try Parallelism.$maximumThreads.withValue(1) {
///       try loss(input, target: target).value()
///     }
public enum Parallelism {
  /// The limit for the current task; `nil`, the default, means one thread for each core. There are never more than 64,
  /// or the number of cores if that is larger.
  @TaskLocal public static var maximumThreads: Int?

  private static let coreCount = ProcessInfo.processInfo.activeProcessorCount

  /// Threads stay once they exist, so a limit that is no limit must not start one for each chunk.
  private static let largestCount = max(coreCount, 64)

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
    let worthwhileCost = Workers.shared.areAwake ? costOfSharing : costOfWaking
    let limit = min(maximumThreads ?? coreCount, largestCount)
    let threads = cost < worthwhileCost ? 1 : min(limit, chunkCount)
    var total = CompensatedSum()
    guard threads > 1 else {
      for chunk in 0..<chunkCount { total.add(sum(ofChunk: chunk)) }
      return total.value
    }
    // So many at a time that the memory for their sums does not grow with the work.
    for first in stride(from: 0, to: chunkCount, by: chunksAtATime) {
      let some = min(chunksAtATime, chunkCount - first)
      let sums = unsafe [Double](count: some) { sums in
        let memory = sums.baseAddress!
        withoutActuallyEscaping(sum(ofChunk:)) { sum in
          // Each thread writes the sums of its own chunks.
          unsafe withUnsafePointer(to: { unsafe memory[$0] = sum(first + $0) }) { body in
            Workers.shared.complete(unsafe SharedJob(chunkCount: some, threads: threads, body: body))
          }
        }
      }
      for sum in sums { total.add(sum) }
    }
    return total.value
  }
}
