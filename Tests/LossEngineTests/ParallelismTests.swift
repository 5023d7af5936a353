import Foundation
import LossEngine
import Synchronization
import Testing

struct ParallelismTests {
  /// Each chunk is computed once, by any number of threads.
  @Test(arguments: [.min, 0, 1, 2, 3, 8, 40, .max])
  func chunks(threads: Int) {
    let visits = Mutex([Int](repeating: 0, count: 1000))
    let sum = Parallelism.$maximumThreads.withValue(threads) {
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
          Parallelism.$maximumThreads.withValue(4) {
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
      let sum = Parallelism.$maximumThreads.withValue(3) {
        Parallelism.sum(over: 100, chunkSize: 1, cost: .infinity) { Double($0.lowerBound) }
      }
      #expect(sum == 4950)
      Thread.sleep(forTimeInterval: 0.002)
    }
  }
}
