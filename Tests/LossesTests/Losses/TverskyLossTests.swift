import LossRegistry
import Losses
import Testing

/// What is particular to `TverskyLoss`.
struct TverskyLossTests {
  private let probabilities: Tensor<Double> = [[0.75, 0.5, 0.5, 0.25]]
  private let labels: Tensor<Int> = [[1, 1, 0, 0]]

  /// I = 5/4 is right, F = 3/4 in vain and M = 3/4 missed: I + F/4 + M/2 = 29/16.
  @Test func weightsOfBothMistakes() throws {
    let loss = TverskyLoss(mode: .binary, alpha: 0.25, beta: 0.5, fromLogits: false)
    let (value, gradient) = try loss(probabilities, target: labels).valueWithGradient()
    expectClose(value, Tensor(9.0 / 29), ulps: 4)
    // With D = 29/16: −(D − I·(1 − β))/D² where something is true, α·I/D² elsewhere.
    let (isTrue, isFalse) = (-304.0 / 841, 80.0 / 841)
    expectClose(gradient, Tensor([[isTrue, isTrue, isFalse, isFalse]]), ulps: 4)
  }

  /// The same loss to the power of 2, whose slopes are 2·9/29 of it.
  @Test func power() throws {
    let loss = TverskyLoss(mode: .binary, alpha: 0.25, beta: 0.5, gamma: 2, fromLogits: false)
    let (value, gradient) = try loss(probabilities, target: labels).valueWithGradient()
    expectClose(value, Tensor(81.0 / 841), ulps: 8)
    let (isTrue, isFalse) = (-5472.0 / 24389, 1440.0 / 24389)
    expectClose(gradient, Tensor([[isTrue, isTrue, isFalse, isFalse]]), ulps: 8)
  }

  /// The slope of a root is infinite at 0, the gradient is not.
  @Test func rootOfNothing() throws {
    let loss = TverskyLoss(mode: .binary, gamma: 0.5, fromLogits: false)
    let (value, gradient) = try loss([[1, 0]] as Tensor<Float>, target: [[1, 0]] as Tensor<Int>)
      .valueWithGradient()
    #expect(value == 0)
    #expect(gradient == [[0, 0]])
  }

  /// An error below the ulp of 1: with I = 2 and M = 2⁻⁵³ the loss is the root of 2⁻⁵⁴/2, and its slope in the second
  /// probability −¼·½ of the root's inverse.
  @Test func rootOfATinyError() throws {
    let loss = TverskyLoss(mode: .binary, gamma: 0.5, fromLogits: false)
    let (value, gradient) = try loss(
      Tensor([[1, 1 - 0x1p-53]] as [[Double]]), target: [[1, 1]] as Tensor<Int>
    ).valueWithGradient()
    // 2^−27.5
    expectClose(value, Tensor(5.268356063861754e-09), ulps: 8)
    // At the first probability, which is its mask, slopes of almost −¼ and ¼ have the mean 0. −2^24.5 is the other.
    expectClose(gradient, [[0, -23726566.40606289]], ulps: 8)
  }

  /// The loss is the limit: 1, and no probability that is finite changes it. What has no weight does not count.
  @Test func infiniteProbabilities() throws {
    let (probabilities, labels): (Tensor<Float>, Tensor<Int>) = ([[.infinity, 0.5]], [[0, 1]])
    for gamma in [1, 2.0] {
      let loss = TverskyLoss(mode: .binary, gamma: gamma, fromLogits: false)
      let (value, gradient) = try loss(probabilities, target: labels).valueWithGradient()
      #expect(value == 1)
      #expect(gradient == [[0, 0]])
    }
    let free = try TverskyLoss(mode: .binary, alpha: 0, beta: 1, fromLogits: false)(
      probabilities, target: labels
    ).valueWithGradient()
    // 1 − p for the p = ½ of what is true.
    #expect(free.value == 0.5)
    #expect(free.gradient == [[0, -1]])
    let generalized = try GeneralizedDiceLoss(mode: .binary, fromLogits: false)(probabilities, target: labels)
      .valueWithGradient()
    #expect(generalized.value == 1)
    #expect(generalized.gradient == [[0, 0]])
  }

  @Test(arguments: RegionMode.allCases)
  func isDiceOrJaccardWithEqualPrices(_ mode: RegionMode) throws {
    let scores = Tensor<Double>.random(in: -3..<3, [2, 3, 5], seed: 1)
    let masks = Tensor<Double>.random(in: 0..<1, [2, 3, 5], seed: 2)
    let half = try TverskyLoss(mode: mode)(scores, target: masks).valueWithGradient()
    let dice = try DiceLoss(mode: mode)(scores, target: masks).valueWithGradient()
    expectSameBits(half.value, dice.value)
    expectSameBits(half.gradient, dice.gradient)
    let whole = try TverskyLoss(mode: mode, alpha: 1, beta: 1)(scores, target: masks).valueWithGradient()
    let jaccard = try JaccardLoss(mode: mode)(scores, target: masks).valueWithGradient()
    expectSameBits(whole.value, jaccard.value)
    expectSameBits(whole.gradient, jaccard.gradient)
  }

  /// What is in vain of one region is missed of the other.
  @Test func weightsTradePlacesWithTheRegions() throws {
    let (a, b) = (
      Tensor<Double>.random(in: 0.1..<0.9, [1, 12], seed: 3),
      Tensor<Double>.random(in: 0.1..<0.9, [1, 12], seed: 4)
    )
    let value = try TverskyLoss(mode: .binary, alpha: 0.25, beta: 0.75, fromLogits: false)(a, target: b)
      .value()
    let other = try TverskyLoss(mode: .binary, alpha: 0.75, beta: 0.25, fromLogits: false)(b, target: a)
      .value()
    expectClose(value, other, ulps: 8)
  }
}
