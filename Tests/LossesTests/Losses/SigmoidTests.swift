import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `Sigmoid`.
struct SigmoidTests {
  /// σ′ = σ(x)·σ(−x), each with a relative error of 8 ulp.
  @Test(arguments: [20, -20, 60, -60] as [Float])
  func tailsInFloat(_ x: Float) throws {
    let e = exp(-Double(x).magnitude)
    let (value, gradient) = try Sigmoid()(Tensor([x])).valueWithGradient()
    expectClose(value, Tensor([(x < 0 ? e : 1) / (1 + e)]), ulps: 8)
    expectClose(gradient, Tensor([e / ((1 + e) * (1 + e))]), ulps: 8)
  }
}
