internal import Synchronization

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
  /// The processors that this process may use: not always all of the machine.
  package enum Processors {
    /// How long a number is used before the system is asked again, in nanoseconds. Files are slower to read than a mask.
    private static var lifetimeOfMask: UInt64 { 50_000_000 }
    private static var lifetimeOfQuota: UInt64 { 10_000_000_000 }

    private static let mask = CachedCount(lifetime: lifetimeOfMask, read: readMask)
    private static let quota = CachedCount(lifetime: lifetimeOfQuota, read: readQuota)

    /// The number of processors that threads of this process may run on, and that its control groups give it the time of.
    ///
    /// A part of a processor counts as one, since the rest would not be used otherwise.
    package static var count: Int { count(at: Clock.now) }

    static func count(at time: UInt64) -> Int { max(1, min(mask.value(at: time), quota.value(at: time))) }

    private static func readQuota() -> Int {
      #if os(Linux) || os(Android)
        let quota = ProcessorQuota.processors { SystemFile.text(at: $0) }
        return quota.flatMap { Int(exactly: $0.rounded(.up)) } ?? .max
      #else
        return .max
      #endif
    }

    private static func readMask() -> Int {
      #if canImport(Glibc) || canImport(Android)
        return countInMask() ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
      #elseif canImport(Musl)
        // It reads the mask itself.
        return Int(sysconf(_SC_NPROCESSORS_ONLN))
      #elseif canImport(Darwin)
        return Int(sysconf(_SC_NPROCESSORS_ONLN))
      #elseif canImport(WinSDK)
        var (own, system): (DWORD_PTR, DWORD_PTR) = (0, 0)
        guard unsafe GetProcessAffinityMask(GetCurrentProcess(), &own, &system), own != 0 else { return 1 }
        return own.nonzeroBitCount
      #else
        return 1
      #endif
    }

    #if canImport(Glibc) || canImport(Android)
      private typealias GetAffinity = @convention(c) (Int32, Int, UnsafeMutableRawPointer) -> Int32

      /// The function is declared for C programs that ask for extensions, which an import in Swift can't do.
      private static let getAffinity = unsafe dlsym(nil, "sched_getaffinity").map {
        unsafe unsafeBitCast($0, to: GetAffinity.self)
      }

      /// The processors in the mask of this thread, which threads inherit from the one that starts them.
      private static func countInMask() -> Int? {
        // As long as the kernel's mask can be, for it refuses a shorter one.
        var mask = [UInt64](repeating: 0, count: 1024)
        guard let getAffinity = unsafe getAffinity,
          unsafe getAffinity(0, mask.count * MemoryLayout<UInt64>.stride, &mask) > -1
        else { return nil }
        return mask.reduce(0) { $0 + $1.nonzeroBitCount }
      }
    #endif
  }

  /// A number that is asked for often, and seldom changes.
  private final class CachedCount: Sendable {
    private let lifetime: UInt64
    private let read: @Sendable () -> Int
    private let count: Atomic<Int>
    private let expiry = Atomic<UInt64>(0)

    init(lifetime: UInt64, read: @escaping @Sendable () -> Int) {
      self.lifetime = lifetime
      self.read = read
      count = Atomic(0)
    }

    func value(at time: UInt64) -> Int {
      let expiry = expiry.load(ordering: .acquiring)
      guard time >= expiry else { return count.load(ordering: .relaxed) }
      let value = read()
      count.store(value, ordering: .relaxed)
      self.expiry.store(time + lifetime, ordering: .releasing)
      return value
    }
  }
#endif
