import LossEngine
import LossesAVX2
import LossesAVX512
import Testing

struct KernelTests {
  /// They are looked up when a program runs: without them, losses would be right and slow.
  @Test func kernelsForWideVectorsAreFound() {
    for provider in [AVX2Kernels.self, AVX512Kernels.self] as [Any.Type] {
      #expect(provider is any KernelProvider.Type)
    }
  }
}
