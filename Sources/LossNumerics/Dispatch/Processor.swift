internal import Tensors

#if canImport(Darwin)
  internal import Darwin
#elseif canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(WinSDK)
  internal import ucrt
  internal import WinSDK
#endif

/// What this processor can do that not every processor of its architecture can.
enum Processor {
  /// The width of the vectors that kernels may use, in bits.
  ///
  /// `LOSSES_VECTORS=128` or `LOSSES_VECTORS=256` in the environment limits it, to compare results and speed with those
  /// of other processors.
  static let vectorBits: Int = {
    #if arch(x86_64) && (canImport(Darwin) || os(Linux) || os(Windows)) && !hasFeature(Embedded)
      guard let value = unsafe getenv("LOSSES_VECTORS") else { return widest }
      let text = unsafe String(cString: value)
      guard let limit = Int(text), [128, 256, 512].contains(limit) else {
        stop("LOSSES_VECTORS is \(text), but it must be 128, 256 or 512")
      }
      return min(widest, limit)
    #else
      return 128
    #endif
  }()

  #if arch(x86_64) && (canImport(Darwin) || os(Linux) || os(Windows)) && !hasFeature(Embedded)
    /// The widest that the processor and the system support.
    // Every processor with AVX2 has F16C too, and those of Intel and AMD have fused multiply-add. The first processors
    // with AVX-512 lower their clock for it. Those that don't have VBMI2.
    private static var widest: Int {
      #if canImport(Darwin)
        guard has("avx2_0", "f16c", "fma") else { return 128 }
        return has("avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512vbmi2") ? 512 : 256
      #elseif os(Linux)
        _ = initializeModel()
        let model = unsafe unsafeBitCast(Function(function: model), to: Words.self)
        // After the vendor, the type and the subtype.
        let features = unsafe model.address[3]
        func has(_ bits: Int...) -> Bool { bits.allSatisfy { features >> $0 & 1 == 1 } }
        let (avx2, fma) = (10, 14)
        guard has(avx2, fma) else { return 128 }
        let (avx512f, avx512vl, avx512bw, avx512dq, vbmi2) = (15, 20, 21, 22, 31)
        return has(avx512f, avx512vl, avx512bw, avx512dq, vbmi2) ? 512 : 256
      #elseif canImport(WinSDK)
        return IsProcessorFeaturePresent(DWORD(PF_AVX2_INSTRUCTIONS_AVAILABLE)) ? 256 : 128
      #endif
    }

    #if canImport(Darwin)
      private static func has(_ features: String...) -> Bool {
        features.allSatisfy { feature in
          var (value, size): (CInt, Int) = (0, MemoryLayout<CInt>.size)
          return unsafe sysctlbyname("hw.optional.\(feature)", &value, &size, nil, 0) == 0 && value != 0
        }
      }
    #endif
  #endif
}

#if arch(x86_64) && os(Linux) && !hasFeature(Embedded)
  // What C compilers ask with `__builtin_cpu_supports`. It is in the library that comes with the compiler, GCC's with glibc
  // and LLVM's with musl, which is part of every program, also of a static one. It asks the processor, and whether the
  // system saves wide registers.

  @_silgen_name("__cpu_indicator_init")
  private func initializeModel() -> CInt

  /// A structure of four words, and no function. Swift can't declare a variable of C.
  @_silgen_name("__cpu_model")
  private func model()

  private struct Function {
    let function: () -> Void
  }

  /// What a function consists of.
  @unsafe private struct Words {
    let address: UnsafePointer<UInt32>
    let context: UnsafeRawPointer?
  }
#endif
