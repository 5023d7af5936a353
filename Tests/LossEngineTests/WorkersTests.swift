import Foundation
import LossEngine
import Synchronization
import Testing

struct WorkersTests {
  /// Workers end when they have had nothing to do for a while, and there are new ones when they are needed.
  @Test func idleWorkersEndAndComeBack() {
    let workers = Workers(idleTime: 1_000_000)
    for _ in 0..<3 {
      let arrivals = Atomic<Int>(0)
      let counts = Mutex<[Int]>([])
      workers.complete(chunkCount: 3, threads: 3) { _ in
        // Three threads, since none goes on without the others.
        arrivals.wrappingAdd(1, ordering: .relaxed)
        while arrivals.load(ordering: .relaxed) < 3 {}
        counts.withLock { $0.append(workers.count) }
      }
      #expect(counts.withLock { $0.count } == 3)
      #expect(counts.withLock { $0.max() } == 2)
      while workers.count > 0 { Thread.sleep(forTimeInterval: 0.001) }
    }
  }

  /// Workers spin for no longer than a call takes, and only where calls follow one another as quickly.
  @Test func patience() {
    let rhythm = Rhythm()
    func call(at start: UInt64, taking duration: UInt64) -> UInt64 {
      rhythm.begin(at: start)
      let patience = rhythm.patience
      rhythm.end(at: start + duration, begunAt: start)
      return patience
    }
    #expect(call(at: 1_000_000_000, taking: 60_000) == 0)  // the first
    #expect(call(at: 1_000_061_000, taking: 30_000) == 60_000)  // after 1 µs
    #expect(call(at: 1_000_131_000, taking: 30_000) == 0)  // after 40 µs, which is longer than a call
    #expect(call(at: 1_000_181_000, taking: 5_000) == 30_000)  // after 20 µs
    #expect(call(at: 1_000_196_000, taking: 9_000_000) == 20_000)  // a short call counts as one of 20 µs
    #expect(call(at: 1_009_200_000, taking: 1_000) == 100_000)  // a long one as one of 0.1 ms
    #expect(call(at: 1_009_200_500, taking: 1_000) == 20_000)  // on another thread, before the last has ended
  }
}
