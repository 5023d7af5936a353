#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#endif

/// What this processor can do that not every processor of its architecture can.
enum Processor {
  /// The width of the vectors that kernels may use, in bits.
  ///
  /// `LOSSES_VECTORS=128` or `LOSSES_VECTORS=256` in the environment limits it, to compare results and speed with those
  /// of other processors.
  static let vectorBits: Int = {
    #if arch(x86_64) && os(Linux) && !hasFeature(Embedded)
      let bits = vectorBitsByLibrary ?? vectorBitsBySystem
      let limit = unsafe getenv("LOSSES_VECTORS").flatMap { unsafe Int(String(cString: $0)) }
      return min(bits, limit ?? bits)
    #else
      return 128
    #endif
  }()

  #if arch(x86_64) && os(Linux) && !hasFeature(Embedded)
    /// The width that the CPUID instruction reports, by way of the C library, if it is one that tells.
    private static var vectorBitsByLibrary: Int? {
      #if canImport(Glibc)
        // Takes 0 for leaf 1 or 1 for leaf 7, and returns eight words: the registers from EAX to EDX as the processor
        // set them, and the same restricted to what the system supports.
        typealias Leaf = @convention(c) (UInt32) -> UnsafePointer<UInt32>
        guard let symbol = unsafe dlsym(nil, "__x86_get_cpuid_feature_leaf") else { return nil }
        let leaf = unsafe unsafeBitCast(symbol, to: Leaf.self)
        let (basicC, extendedB, extendedC) = unsafe (leaf(0)[6], leaf(1)[5], leaf(1)[6])

        func has(_ bits: Int..., in register: UInt32) -> Bool { bits.allSatisfy { register >> $0 & 1 == 1 } }
        let f16c = 29
        let avx2 = 5
        guard has(f16c, in: basicC), has(avx2, in: extendedB) else { return 128 }
        let (avx512f, avx512dq, avx512bw, avx512vl) = (16, 17, 30, 31)
        // The first processors with AVX-512 lower their clock for it. Those that don't have VBMI2.
        let vbmi2 = 6
        return has(avx512f, avx512dq, avx512bw, avx512vl, in: extendedB) && has(vbmi2, in: extendedC)
          ? 512 : 256
      #else
        return nil
      #endif
    }

    /// The width that the system reports. Not always that of a processor that valgrind emulates, which has AVX2 at most.
    private static var vectorBitsBySystem: Int {
      // The description of the first processor fits in this many bytes.
      let text = SystemFile.text(at: "/proc/cpuinfo", limit: 8192)
      let lines = (text ?? "").split(separator: "\n")
      guard let flags = lines.first(where: { $0.hasPrefix("flags") }) else { return 128 }
      return Set(flags.split(separator: " ")).isSuperset(of: ["avx2", "f16c"]) ? 256 : 128
    }
  #endif
}
