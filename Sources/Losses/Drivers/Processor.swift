#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the processor can do that not all of its architecture can.
enum Processor {
  /// Whether there are vectors of eight `Float`s, and instructions that convert half precision.
  static let hasAVX2 = features.isSuperset(of: ["avx2", "f16c"])

  private static let features: Set<Substring> = {
    #if arch(x86_64) && os(Linux)
      // The first processor is described within this many bytes.
      var text = [UInt8](repeating: 0, count: 8192)
      guard let file = unsafe fopen("/proc/cpuinfo", "r") else { return [] }
      defer { unsafe fclose(file) }
      let count = unsafe fread(&text, 1, text.count, file)
      let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
      guard let flags = lines.first(where: { $0.hasPrefix("flags") }) else { return [] }
      return Set(flags.split(separator: " "))
    #else
      return []
    #endif
  }()
}
