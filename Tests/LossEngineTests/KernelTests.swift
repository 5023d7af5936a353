import Foundation
import LossEngine
import Losses
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

  #if os(Linux) && arch(x86_64)
    @Test func aWidthThatVectorsDoNotHaveStops() async {
      let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
        unsafe setenv("LOSSES_VECTORS", "garbage", 1)
        let ones = Tensor<Float>(repeating: 1, shape: [1000])
        _ = try MSELoss()(ones, target: ones).value()
      }
      let output = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
      #expect(output.contains("Fatal error: LOSSES_VECTORS is garbage, but it must be 128, 256 or 512\n"))
    }
  #endif
}
