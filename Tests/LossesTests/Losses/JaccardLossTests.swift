import LossRegistry
import Losses
import Testing

/// What is particular to `JaccardLoss`.
struct JaccardLossTests {
  private let probabilities: Tensor<Double> = [[0.75, 0.5, 0.5, 0.25]]
  private let labels: Tensor<Int> = [[1, 1, 0, 0]]

  /// I = 5/4 is right, F = 3/4 in vain and M = 3/4 missed: I + F + M = 11/4.
  @Test func intersectionOverUnion() throws {
    let loss = JaccardLoss(mode: .binary, fromLogits: false)
    let (value, gradient) = try loss(probabilities, target: labels).valueWithGradient()
    expectClose(value, Tensor(6.0 / 11), ulps: 4)
    // −1/(I + F + M) where something is true, I/(I + F + M)² elsewhere.
    let (isTrue, isFalse) = (-4.0 / 11, 20.0 / 121)
    expectClose(gradient, Tensor([[isTrue, isTrue, isFalse, isFalse]]), ulps: 4)
  }

  /// With smoothing 1/4: 1 − (3/2)/3.
  @Test func smoothing() throws {
    let loss = JaccardLoss(mode: .binary, smoothing: 0.25, fromLogits: false)
    #expect(try loss(probabilities, target: labels).value() == 0.5)
  }

  /// If D is the Dice loss, this is 2·D / (1 + D).
  @Test(arguments: RegionMode.allCases)
  func isAFunctionOfTheDiceLoss(_ mode: RegionMode) throws {
    let scores = Tensor<Double>.random(in: -3..<3, [2, 3, 5], seed: 1)
    let masks = Tensor<Double>.random(in: 0..<1, [2, 3, 5], seed: 2)
    let dice = DiceLoss(mode: mode, perSample: true, reduction: .none)
    let jaccard = JaccardLoss(mode: mode, perSample: true, reduction: .none)
    let expected = try dice(scores, target: masks).value().map { 2 * $0 / (1 + $0) }
    try expectClose(jaccard(scores, target: masks).value(), expected, ulps: 8)
  }
}
