import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// The memory that the process has in use, which only Linux tells.
enum ProcessMemory {
  /// Calls `body`, and returns by how many bytes the memory in use exceeded what it was before.
  static func rise(during body: () throws -> Void) rethrows -> Int? {
    returnFreedMemory()
    guard resetMaximum(), let before = bytes("VmRSS:") else { return nil }
    try body()
    return bytes("VmHWM:").map { max(0, $0 - before) }
  }

  /// Returns memory to the system that was freed but kept: it would be used again, and not be seen.
  private static func returnFreedMemory() {
    #if canImport(Glibc)
      // Not in a header that the compiler reads.
      guard let symbol = unsafe dlsym(nil, "malloc_trim") else { return }
      let trim = unsafe unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)
      _ = trim(0)
    #endif
  }

  private static func resetMaximum() -> Bool {
    guard let file = FileHandle(forWritingAtPath: "/proc/self/clear_refs") else { return false }
    return (try? file.write(contentsOf: Data("5".utf8))) != nil
  }

  private static func bytes(_ name: String) -> Int? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix(name) })
    else { return nil }
    return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
  }
}
