import Foundation
import Losses
import Testing

// Samples whose label is all but certain: the small rest must not drown in the rounding of 1.
extension CrossEntropyLossTests {
  /// The loss is that of the other exponential, e⁻ᵍ, whose relative error grows with g: less than 2 + g ulp.
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
    try expect(loss(scores, target: [0] as Tensor<Int>).valueWithGradient())
    try expect(loss(scores, target: [[1, 0]]).valueWithGradient())
    let columns = Tensor([S(gap), S(gap), 0, 0], shape: [1, 2, 2])
    try expect(loss(columns, target: [[0, 0]] as Tensor<Int>).valueWithGradient())
    try expect(loss(columns, target: [[[1, 1], [0, 0]]]).valueWithGradient())
  }

  /// Of the gradient p − t with p = (1, 0, …) and eight classes, smoothing leaves (7, −1, …) · ε/8: 1 ulp of that,
  /// where 1 − (1 − 7ε/8) would be off by six.
  @Test func smoothedTargetOfACertainLabel() throws {
    let epsilon = 0.1
    let loss = CrossEntropyLoss(labelSmoothing: epsilon)
    let input = Tensor<Float>(shape: [1, 8]) { $0[1] == 0 ? 200 : 0 }
    let expected = Tensor<Double>(shape: [1, 8]) { ($0[1] == 0 ? 7 : -1) * epsilon / 8 }
    try expectClose(loss(input, target: [0] as Tensor<Int>).backward(), expected, ulps: 1)
    let target = Tensor<Float>(shape: [1, 8]) { $0[1] == 0 ? 1 : 0 }
    try expectClose(loss(input, target: target).backward(), expected, ulps: 1)
  }

  @Test func crossEntropyOfACertainMistake() throws {
    let (value, gradient) = try CrossEntropyLoss()([[200, 0]] as Tensor<Float>, target: [1] as Tensor<Int>)
      .valueWithGradient()
    #expect(value.item == 200)
    #expect(gradient == [[1, -1]])
  }
}
