import LossRegistry
import Losses
import Testing

/// What is particular to `MSELoss`.
struct MSELossTests {
  #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
    /// The sum overflows Float16, the mean does not.
    @Test func meansOfFloat16DoNotOverflow() throws {
      let input = Tensor<Float16>(repeating: 200, shape: [300])
      #expect(try MSELoss()(input, target: .zeros([300])).value().item == 40_000)
      #expect(try MSELoss(reduction: .sum)(input, target: .zeros([300])).value().item == .infinity)
    }
  #endif
}
