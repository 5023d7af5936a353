import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `Sigmoid` and `LogSigmoid`.
struct SigmoidTests {
  /// σ′ = σ(x)·σ(−x) and log σ(x) = −log(1 + e⁻ˣ), each with a relative error of 8 ulp.
  @Test(arguments: [20, -20, 60, -60] as [Float])
  func logisticFunctionsInFloat(_ x: Float) throws {
    let (z, relative) = (Double(x), 8 * Double(Float.ulpOfOne))
    let slope = exp(-abs(z)) / pow(1 + exp(-abs(z)), 2)
    let sigmoid = try Sigmoid()(Tensor([x])).valueWithGradient()
    #expect(abs(Double(sigmoid.value[0]) * (1 + exp(-z)) - 1) <= relative)
    #expect(abs(Double(sigmoid.gradient[0]) / slope - 1) <= relative)
    let logarithm = try LogSigmoid()(Tensor([x])).valueWithGradient()
    let value = min(z, 0) - log1p(exp(-abs(z)))
    #expect(abs(Double(logarithm.value[0]) / value - 1) <= relative)
    #expect(abs(Double(logarithm.gradient[0]) * (1 + exp(z)) - 1) <= relative)
  }
}
