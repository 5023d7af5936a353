#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Android)
  internal import Android
#elseif canImport(WinSDK)
  internal import WinSDK
#endif

#if !(os(WASI) || hasFeature(Embedded))
  /// A value that one thread at a time can access, and whose changes threads can wait for.
  ///
  /// `Mutex` has no such waiting, and a lock that the thread sanitizer doesn't know, so that it reports races where there
  /// are none.
  @safe
  final class Monitor<Value>: Sendable {
    private nonisolated(unsafe) let lock: UnsafeMutablePointer<SystemLock>
    /// Accessed with the lock held only.
    private nonisolated(unsafe) var value: Value

    init(_ value: sending Value) {
      unsafe lock = .allocate(capacity: 1)
      unsafe lock.initialize(to: SystemLock())
      #if canImport(WinSDK)
        unsafe InitializeSRWLock(lock)
      #else
        unsafe pthread_mutex_init(lock, nil)
      #endif
      unsafe self.value = value
    }

    deinit {
      #if !canImport(WinSDK)
        unsafe pthread_mutex_destroy(lock)
      #endif
      unsafe lock.deallocate()
    }

    func withLock<Result>(_ body: (inout Value) -> Result) -> Result {
      acquire()
      defer { release() }
      return unsafe body(&value)
    }

    /// Calls `body` with the lock held, and again after each signal, until its result is not `nil`.
    ///
    /// - Parameters:
    ///   - condition: What is signalled when the value has changed.
    ///   - nanoseconds: How long to wait at most. The last call of `body` then learns that the time is over, and returns a
    ///     result.
    func wait<Result>(
      for condition: Condition, nanoseconds: UInt64? = nil,
      until body: (inout Value, _ isOver: Bool) -> Result?
    ) -> Result {
      acquire()
      defer { release() }
      var isOver = false
      while true {
        // The access ends before the lock is given up.
        if let result = unsafe body(&value, isOver) { return result }
        unsafe isOver = !condition.wait(releasing: lock, nanoseconds: nanoseconds)
      }
    }

    private func acquire() {
      #if canImport(WinSDK)
        unsafe AcquireSRWLockExclusive(lock)
      #else
        unsafe pthread_mutex_lock(lock)
      #endif
    }

    private func release() {
      #if canImport(WinSDK)
        unsafe ReleaseSRWLockExclusive(lock)
      #else
        unsafe pthread_mutex_unlock(lock)
      #endif
    }
  }

  /// What threads wait for: a change of a value in a ``Monitor``.
  @safe
  final class Condition: Sendable {
    private nonisolated(unsafe) let condition: UnsafeMutablePointer<SystemCondition>

    init() {
      unsafe condition = .allocate(capacity: 1)
      unsafe condition.initialize(to: SystemCondition())
      #if canImport(WinSDK)
        unsafe InitializeConditionVariable(condition)
      #else
        unsafe pthread_cond_init(condition, nil)
      #endif
    }

    deinit {
      #if !canImport(WinSDK)
        unsafe pthread_cond_destroy(condition)
      #endif
      unsafe condition.deallocate()
    }

    /// Wakes one of the threads that wait.
    func signal() {
      #if canImport(WinSDK)
        unsafe WakeConditionVariable(condition)
      #else
        unsafe pthread_cond_signal(condition)
      #endif
    }

    /// Wakes all threads that wait.
    func broadcast() {
      #if canImport(WinSDK)
        unsafe WakeAllConditionVariable(condition)
      #else
        unsafe pthread_cond_broadcast(condition)
      #endif
    }

    /// Waits for a signal without the lock, and returns whether it came in time. It may also return for no reason.
    fileprivate func wait(releasing lock: UnsafeMutablePointer<SystemLock>, nanoseconds: UInt64?) -> Bool {
      #if canImport(WinSDK)
        let milliseconds = nanoseconds.map { DWORD($0 / 1_000_000) } ?? INFINITE
        return unsafe SleepConditionVariableSRW(condition, lock, milliseconds, 0)
      #else
        guard let nanoseconds else { return unsafe pthread_cond_wait(condition, lock) == 0 }
        // By the clock of the day, the only one that all systems can wait by. Set forward, it ends the wait early.
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        let end = UInt64(time.tv_nsec) + nanoseconds
        time.tv_sec += time_t(end / 1_000_000_000)
        time.tv_nsec = Int(end % 1_000_000_000)
        return unsafe pthread_cond_timedwait(condition, lock, &time) == 0
      #endif
    }
  }

  #if canImport(WinSDK)
    private typealias SystemLock = SRWLOCK
    private typealias SystemCondition = CONDITION_VARIABLE
  #else
    private typealias SystemLock = pthread_mutex_t
    private typealias SystemCondition = pthread_cond_t
  #endif
#endif
