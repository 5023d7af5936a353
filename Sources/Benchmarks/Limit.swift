import LossEngine
import Losses

/// A loop that reads and writes as much memory as a call, on the same threads, and computes next to nothing.
///
/// A call whose memory is no longer in the caches cannot take much less time.
struct Limit {
  /// What is read or written at a time.
  private typealias Words = SIMD8<UInt64>

  private let operands: Tensor<Float>
  private var results: Tensor<Float>

  /// Creates the loop for operands and results of so many bytes, rounded up to whole words.
  init(operandBytes: Int, resultBytes: Int) {
    // Nothing is left as the system gives it: untouched memory is read from the caches.
    operands = Self.memory(ofBytes: operandBytes)
    results = Self.memory(ofBytes: resultBytes)
  }

  private static func memory(ofBytes bytes: Int) -> Tensor<Float> {
    let words = (bytes + MemoryLayout<Words>.stride - 1) / MemoryLayout<Words>.stride
    return Tensor(repeating: 1, shape: [words * MemoryLayout<Words>.stride / MemoryLayout<Float>.stride])
  }

  /// Reads the operands and writes the results, once.
  mutating func run() {
    operands.withSpan { operands in
      results.withMutableSpan { results in
        unsafe operands.withUnsafeBytes { operands in
          unsafe results.withUnsafeMutableBytes { unsafe Self.move(operands, $0) }
        }
      }
    }
  }

  private static func move(_ operands: UnsafeRawBufferPointer, _ results: UnsafeMutableRawBufferPointer) {
    let size = MemoryLayout<Words>.stride
    let bytes = operands.count + results.count
    // Chunks that the nearest caches hold, each a part of the operands and the like part of the results.
    let count = bytes / (1 << 16) + 1
    func words(_ bytes: Int, ofChunk chunk: Int) -> Range<Int> {
      let words = bytes / size
      return words * chunk / count..<words * (chunk + 1) / count
    }
    // About what a byte costs in the second cache.
    _ = Parallelism.sum(over: count, chunkSize: 1, cost: 0.05 * Double(bytes)) { chunks in
      var sum = Words.zero
      for chunk in chunks {
        for word in words(operands.count, ofChunk: chunk) {
          sum &+= unsafe operands.loadUnaligned(fromByteOffset: word &* size, as: Words.self)
        }
        for word in words(results.count, ofChunk: chunk) {
          unsafe results.storeBytes(of: sum, toByteOffset: word &* size, as: Words.self)
        }
      }
      // So that the compiler leaves no read out.
      return Double(sum.wrappedSum())
    }
  }
}
