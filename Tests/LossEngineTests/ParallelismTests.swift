import Foundation
import LossEngine
import Synchronization
import Testing

struct ParallelismTests {
  /// Each chunk is computed once, by any number of threads.
  @Test(arguments: [.min, 0, 1, 2, 3, 8, 40, .max])
  func chunks(threads: Int) {
    let visits = Mutex([Int](repeating: 0, count: 1000))
    let sum = Parallelism.withThreads(threads) {
      Parallelism.sum(over: 1000, chunkSize: 7, cost: .infinity) { chunk in
        visits.withLock { visits in for index in chunk { visits[index] += 1 } }
        return Double(chunk.reduce(0, +))
      }
    }
    #expect(sum == 499_500)
    #expect(visits.withLock { $0 } == [Int](repeating: 1, count: 1000))
  }

  /// Calls do not get in each other's way, nor do calls within calls.
  @Test func concurrentCalls() async {
    await withTaskGroup(of: Double.self) { group in
      for _ in 0..<20 {
        group.addTask {
          Parallelism.withThreads(4) {
            Parallelism.sum(over: 60, chunkSize: 1, cost: .infinity) { outer in
              Parallelism.sum(over: 50, chunkSize: 1, cost: .infinity) { inner in
                Double(outer.lowerBound * inner.lowerBound)
              }
            }
          }
        }
      }
      for await sum in group { #expect(sum == 1770 * 1225) }
    }
  }

  /// A call after a pause, in which the threads fell asleep, is like one before it.
  @Test func pause() {
    for _ in 0..<5 {
      let sum = Parallelism.withThreads(3) {
        Parallelism.sum(over: 100, chunkSize: 1, cost: .infinity) { Double($0.lowerBound) }
      }
      #expect(sum == 4950)
      Thread.sleep(forTimeInterval: 0.002)
    }
  }

  /// The threads within a chunk are some of those that the limit allows for all chunks, on helping threads too.
  @Test(arguments: [
    (limit: 2, nested: 1), (limit: 3, nested: 1), (limit: 4, nested: 2), (limit: 9, nested: 4),
  ])
  func nestedCallsShareTheLimit(_ limit: (limit: Int, nested: Int)) {
    let limits = Mutex<[Int?]>([])
    let arrivals = Atomic<Int>(0)
    _ = Parallelism.withThreads(limit.limit) {
      Parallelism.sum(over: 2, chunkSize: 1, cost: .infinity) { _ in
        // Two threads, since neither goes on without the other.
        arrivals.wrappingAdd(1, ordering: .relaxed)
        while arrivals.load(ordering: .relaxed) < 2 {}
        limits.withLock { $0.append(Parallelism.maximumThreads) }
        return 0
      }
    }
    #expect(limits.withLock { $0 } == [limit.nested, limit.nested])
  }

  @Test func aLimitOfOneHoldsForNestedCalls() {
    let threads = Mutex<Set<ObjectIdentifier>>([])
    _ = Parallelism.withThreads(1) {
      Parallelism.sum(over: 4, chunkSize: 1, cost: .infinity) { _ in
        Parallelism.sum(over: 4, chunkSize: 1, cost: .infinity) { _ in
          threads.withLock { _ = $0.insert(ObjectIdentifier(Thread.current)) }
          return 0
        }
      }
    }
    #expect(threads.withLock { $0.count } == 1)
  }

  @Test func thereAreNoMoreThreadsThanProcessors() {
    #expect(1...ProcessInfo.processInfo.processorCount ~= Processors.count)
  }
}
