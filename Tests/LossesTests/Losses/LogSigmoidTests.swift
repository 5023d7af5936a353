import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `LogSigmoid`.
struct LogSigmoidTests {
  /// log σ(x) = −log(1 + e⁻ˣ), whose derivative is σ(−x), each with a relative error of 8 ulp.
  @Test(arguments: [20, -20, 60, -60] as [Float])
  func tailsInFloat(_ x: Float) throws {
    let e = exp(-Double(x).magnitude)
    let (value, gradient) = try LogSigmoid()(Tensor([x])).valueWithGradient()
    expectClose(value, Tensor([min(Double(x), 0) - log1p(e)]), ulps: 8)
    expectClose(gradient, Tensor([(x < 0 ? 1 : e) / (1 + e)]), ulps: 8)
  }
}
