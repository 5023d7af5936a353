import Foundation
import Losses
import Testing

/// Samples whose answer is all but certain: what is left must not drown in the rounding of 1.
struct ConfidenceTests {
  /// The sum 1 + e⁻³⁰ in Double has an error of 2⁻⁵³, whose share in log(1 + e⁻³⁰) and in p − 1 is a thousandth.
  @Test func crossEntropyInFloat() throws {
    let input: Tensor<Float> = [[30, 0]]
    let label: Tensor<Int> = [0]
    let rest = exp(-30.0)
    let (value, gradient) = try CrossEntropyLoss().valueWithGradient(input, target: label)
    #expect(abs(Double(value.item) / log1p(rest) - 1) <= 0.002)
    #expect(abs(Double(gradient[0, 0]) / (-rest / (1 + rest)) - 1) <= 0.002)
    // Alone in its place, the small probability has the relative error of an exponential at −30, 64 ulp.
    #expect(abs(Double(gradient[0, 1]) / (rest / (1 + rest)) - 1) <= 64 * Double(Float.ulpOfOne))

    let soft = try CrossEntropyLoss().valueWithGradient(input, target: [[1, 0]] as Tensor<Float>)
    #expect(abs(Double(soft.value.item) / log1p(rest) - 1) <= 0.002)
    #expect(abs(Double(soft.gradient[0, 0]) / (-rest / (1 + rest)) - 1) <= 0.002)
    #expect(abs(Double(soft.gradient[0, 1]) / (rest / (1 + rest)) - 1) <= 64 * Double(Float.ulpOfOne))
  }

  @Test func crossEntropyOfACertainMistake() throws {
    let (value, gradient) = try CrossEntropyLoss().valueWithGradient(
      [[200, 0]] as Tensor<Float>, target: [1] as Tensor<Int>)
    #expect(value.item == 200)
    #expect(gradient == [[1, -1]])
  }

  /// The value and the derivative σ(x) − t, each with a relative error of 8 ulp.
  @Test(arguments: [30, -30, 100, -100] as [Float], [0, 1] as [Float])
  func bceWithLogitsInFloat(_ x: Float, _ t: Float) throws {
    let (value, gradient) = try BCEWithLogitsLoss(reduction: .none).valueWithGradient(
      Tensor([x]), target: Tensor([t]))
    let z = Double(t == 1 ? -x : x)
    let expectedValue = max(z, 0) + log1p(exp(-abs(z)))
    let slope = (t == 1 ? -1 : 1) / (1 + exp(-z))
    // e⁻¹⁰⁰ is subnormal in Float.
    let least = Double(Float.leastNonzeroMagnitude)
    func tolerance(_ expected: Double) -> Double { max(8 * Double(Float.ulpOfOne) * abs(expected), least) }
    #expect(abs(Double(value[0]) - expectedValue) <= tolerance(expectedValue))
    #expect(abs(Double(gradient[0]) - slope) <= tolerance(slope))
    #expect(value[0] > 0)
    #expect(gradient[0] != 0)
  }

  /// σ′ = σ(x)·σ(−x) and log σ(x) = −log(1 + e⁻ˣ), each with a relative error of 8 ulp.
  @Test(arguments: [20, -20, 60, -60] as [Float])
  func logisticFunctionsInFloat(_ x: Float) throws {
    let (z, relative) = (Double(x), 8 * Double(Float.ulpOfOne))
    let slope = exp(-abs(z)) / pow(1 + exp(-abs(z)), 2)
    let sigmoid = try Sigmoid().valueWithGradient(Tensor([x]))
    #expect(abs(Double(sigmoid.value[0]) * (1 + exp(-z)) - 1) <= relative)
    #expect(abs(Double(sigmoid.gradient[0]) / slope - 1) <= relative)
    let logarithm = try LogSigmoid().valueWithGradient(Tensor([x]))
    let value = min(z, 0) - log1p(exp(-abs(z)))
    #expect(abs(Double(logarithm.value[0]) / value - 1) <= relative)
    #expect(abs(Double(logarithm.gradient[0]) * (1 + exp(z)) - 1) <= relative)
  }
}
