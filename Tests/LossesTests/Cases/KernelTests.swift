import Losses
import Testing

struct KernelTests {
  /// They are looked for when a program runs: without them losses would be right, and slow.
  @Test func kernelsForWideVectorsAreFound() {
    for provider in [_AVX2.self, _AVX512.self] as [Any.Type] {
      #expect(provider is any _KernelProvider.Type)
    }
  }
}
