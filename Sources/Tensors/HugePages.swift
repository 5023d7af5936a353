#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// Memory in pages of megabytes, where the system has them.
///
/// A program that touches new memory waits for the system at each page, which with ordinary pages takes longer than to
/// compute what is written there.
package enum HugePages {
  /// The size of a huge page of common processors.
  private static var size: Int { 2 << 20 }

  /// Asks the system to use huge pages where memory that has not been written to is large enough.
  package static func advise(for memory: UnsafeRawBufferPointer) {
    #if canImport(Glibc) || canImport(Musl)
      guard memory.count >= 2 * size, let start = memory.baseAddress else { return }
      let first = unsafe start.alignedUp(toMultipleOf: size)
      let count = unsafe (memory.count - (first - start)) / size * size
      // It is advice: what comes of it is the system's to decide.
      _ = unsafe madvise(UnsafeMutableRawPointer(mutating: first), count, MADV_HUGEPAGE)
    #endif
  }
}
