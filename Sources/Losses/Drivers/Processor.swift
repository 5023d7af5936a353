#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What the processor can do that not all of its architecture can.
enum Processor {
  /// Whether there are vectors of eight `Float`s, and instructions that convert half precision.
  ///
  /// `LOSSES_AVX2=0` in the environment denies it, to compare results and speed with those of other processors.
  static let hasAVX2: Bool = {
    #if arch(x86_64) && os(Linux)
      if let choice = unsafe getenv("LOSSES_AVX2"), unsafe strcmp(choice, "0") == 0 { return false }
      return features().isSuperset(of: ["avx2", "f16c"])
    #else
      return false
    #endif
  }()

  #if arch(x86_64) && os(Linux)
    private static func features() -> Set<Substring> {
      // The first processor is described within this many bytes.
      var text = [UInt8](repeating: 0, count: 8192)
      guard let file = unsafe fopen("/proc/cpuinfo", "r") else { return [] }
      defer { unsafe fclose(file) }
      let count = unsafe fread(&text, 1, text.count, file)
      let lines = String(decoding: text.prefix(count), as: UTF8.self).split(separator: "\n")
      guard let flags = lines.first(where: { $0.hasPrefix("flags") }) else { return [] }
      return Set(flags.split(separator: " "))
    }
  #endif
}
