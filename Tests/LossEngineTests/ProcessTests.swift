#if os(Linux)
  import Foundation
  import LossEngine
  import Synchronization
  import Testing

  /// What the threads of a process do when it is forked, or confined to few processors.
  struct ProcessTests {
    /// A child process has one thread. Locks that others held at the fork stay held.
    @Test func aChildForkedDuringCallsComputes() async {
      await #expect(processExitsWith: .success) { forkDuringCalls() }
    }

    /// Jobs that were unfinished at the fork stay so, and are not for the child's threads.
    @Test func aForkedChildLeavesItsParentsJobs() async {
      await #expect(processExitsWith: .success) { forkDuringUnfinishedJobs() }
    }

    /// On one processor there is one thread, whatever the limit; and more as soon as there are more processors again.
    @Test func threadsFollowTheAffinityMask() async {
      await #expect(processExitsWith: .success) { restrictAffinity() }
    }
  }

  private func forkDuringCalls() {
    for _ in 0..<3 {
      Thread.detachNewThread { while true { _ = sharedSum() } }
    }
    for _ in 0..<100 {
      Thread.sleep(forTimeInterval: 0.000_1)
      let status = statusOfChild {
        if sharedSum() != 4950 || sharedSum() != 4950 { _exit(1) }
      }
      if status != 0 { exit(1) }
    }
    exit(0)
  }

  /// 4950, by four threads.
  private func sharedSum() -> Double {
    Parallelism.withThreads(4) {
      Parallelism.sum(over: 100, chunkSize: 1, cost: .infinity) { Double($0.lowerBound) }
    }
  }

  private func forkDuringUnfinishedJobs() {
    let parent = getpid()
    let blocked = Atomic<Int>(0)
    // Two workers, which help with one job, so that the other one has places left.
    for _ in 0..<2 {
      Thread.detachNewThread {
        _ = Parallelism.withThreads(3) {
          Parallelism.sum(over: 100, chunkSize: 1, cost: .infinity) { _ in
            if getpid() != parent { _exit(1) }
            blocked.wrappingAdd(1, ordering: .relaxed)
            while true { sleep(1) }
          }
        }
      }
    }
    while blocked.load(ordering: .relaxed) < 4 { usleep(1000) }
    let status = statusOfChild {
      let arrivals = Atomic<Int>(0)
      _ = Parallelism.withThreads(4) {
        Parallelism.sum(over: 2, chunkSize: 1, cost: .infinity) { _ in
          // Two threads, since neither goes on without the other.
          arrivals.wrappingAdd(1, ordering: .relaxed)
          while arrivals.load(ordering: .relaxed) < 2 {}
          return 0
        }
      }
    }
    exit(status == 0 ? 0 : 1)
  }

  private func restrictAffinity() {
    typealias Function = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32
    let getAffinity = unsafe systemFunction("sched_getaffinity", as: Function.self)
    let setAffinity = unsafe systemFunction("sched_setaffinity", as: Function.self)
    var mask = [UInt8](repeating: 0, count: 8192)
    if unsafe getAffinity(0, mask.count, &mask) < 0 { exit(1) }
    let count = Processors.count
    let first = mask.firstIndex { $0 != 0 }!
    var one = [UInt8](repeating: 0, count: mask.count)
    one[first] = 1 << mask[first].trailingZeroBitCount
    if unsafe setAffinity(0, mask.count, &one) != 0 { exit(1) }
    // The mask is read again after a while.
    while Processors.count != 1 { usleep(1000) }
    let threads = Mutex<Set<UInt>>([])
    let sum = Parallelism.$maximumThreads.withValue(64) {
      Parallelism.sum(over: 100, chunkSize: 1, cost: .infinity) { chunk in
        threads.withLock { _ = $0.insert(UInt(pthread_self())) }
        return Double(chunk.lowerBound)
      }
    }
    if sum != 4950 || threads.withLock({ $0 }) != [UInt(pthread_self())] { exit(1) }
    if unsafe setAffinity(0, mask.count, &mask) != 0 { exit(1) }
    while Processors.count != count { usleep(1000) }
    exit(0)
  }

  /// Forks a child that does something, and returns its status: 0 if it came to an end.
  private func statusOfChild(_ body: () -> Void) -> Int32 {
    let fork = systemFunction("fork", as: (@convention(c) () -> Int32).self)
    let child = fork()
    if child == 0 {
      // One that hangs is ended by a signal.
      alarm(60)
      body()
      _exit(0)
    }
    var status: Int32 = 0
    return unsafe waitpid(child, &status, 0) == child ? status : -1
  }

  /// A function of the C library that Swift doesn't import.
  private func systemFunction<Function>(_ name: String, as _: Function.Type) -> Function {
    unsafe unsafeBitCast(dlsym(nil, name)!, to: Function.self)
  }
#endif
