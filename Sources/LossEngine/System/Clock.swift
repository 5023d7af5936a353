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
  /// A clock that only runs forward.
  enum Clock {
    /// The time in nanoseconds since some moment.
    static var now: UInt64 {
      #if canImport(WinSDK)
        var count = LARGE_INTEGER()
        unsafe QueryPerformanceCounter(&count)
        let (seconds, rest) = unsafe UInt64(count.QuadPart).quotientAndRemainder(dividingBy: frequency)
        return seconds * 1_000_000_000 + rest * 1_000_000_000 / frequency
      #else
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
      #endif
    }

    #if canImport(WinSDK)
      /// How often the system's counter counts in a second: at most some billion times.
      private static let frequency: UInt64 = {
        var frequency = LARGE_INTEGER()
        unsafe QueryPerformanceFrequency(&frequency)
        return unsafe UInt64(frequency.QuadPart)
      }()
    #endif

    /// Spins until a condition holds, and returns whether it did in time.
    static func spin(for nanoseconds: UInt64, until condition: () -> Bool) -> Bool {
      let start = now
      repeat {
        // Reading the clock takes as long as many checks of the condition.
        for _ in 0..<64 where condition() { return true }
      } while now - start < nanoseconds
      return false
    }
  }
#endif
