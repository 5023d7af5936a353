import Foundation
import Losses
import Testing

/// Samples whose answer is all but certain: what is left must not drown in the rounding of 1.
struct ConfidenceTests {
  /// All that is left is the other exponential, e⁻ᵍ, whose relative error grows with g: less than 2 + g ulp.
  @Test(arguments: [10, 30, 60, 80])
  func crossEntropyOfACertainLabel(_ gap: Double) throws {
    try expectRest(of: gap, in: Float.self)
    try expectRest(of: gap, in: Double.self)
  }

  /// Of scores (g, 0) with the first class right, the loss is log(1 + e⁻ᵍ), and the gradient (−q, q) with
  /// q = e⁻ᵍ / (1 + e⁻ᵍ). The class axis is the last one, or not; the target is labels, or probabilities.
  private func expectRest<S: LossScalar>(of gap: Double, in scalar: S.Type) throws {
    let rest = exp(-gap)
    let q = rest / (1 + rest)
    func expect(_ results: (value: Tensor<S>, gradient: Tensor<S>)) {
      let tolerance = (2 + gap) * Double(S.ulpOfOne)
      let (values, slopes) = (results.value.scalars, results.gradient.scalars)
      #expect(values.allSatisfy { (Double($0) / log1p(rest) - 1).magnitude <= tolerance })
      for (index, slope) in slopes.enumerated() {
        #expect((Double(slope) / (index < slopes.count / 2 ? -q : q) - 1).magnitude <= tolerance)
      }
    }
    let loss = CrossEntropyLoss(reduction: .none)
    let scores = Tensor([S(gap), 0], shape: [1, 2])
    try expect(loss.valueWithGradient(scores, target: [0] as Tensor<Int>))
    try expect(loss.valueWithGradient(scores, target: [[1, 0]]))
    let columns = Tensor([S(gap), S(gap), 0, 0], shape: [1, 2, 2])
    try expect(loss.valueWithGradient(columns, target: [[0, 0]] as Tensor<Int>))
    try expect(loss.valueWithGradient(columns, target: [[[1, 1], [0, 0]]]))
  }

  /// Of the gradient p − t with p = (1, 0, …) and eight classes, smoothing leaves (7, −1, …) · ε/8: 1 ulp of that,
  /// where 1 − (1 − 7ε/8) would be off by six.
  @Test func smoothedTargetOfACertainLabel() throws {
    let epsilon = 0.1
    let loss = CrossEntropyLoss(labelSmoothing: epsilon)
    let input = Tensor<Float>(shape: [1, 8]) { $0[1] == 0 ? 200 : 0 }
    let expected = Tensor<Double>(shape: [1, 8]) { ($0[1] == 0 ? 7 : -1) * epsilon / 8 }
    try expectClose(loss.backward(input, target: [0] as Tensor<Int>), expected, ulps: 1)
    let target = Tensor<Float>(shape: [1, 8]) { $0[1] == 0 ? 1 : 0 }
    try expectClose(loss.backward(input, target: target), expected, ulps: 1)
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
