import Losses
import Testing

struct KernelTests {
  /// They are looked for when a program runs: without them losses would be right, and slow.
  @Test func kernelsForWideVectorsAreFound() {
    #expect((_AVX2.self as Any.Type) is any _KernelProvider.Type)
  }
}
