import Losses
import Testing

/// What is particular to `GeneralizedDiceLoss`.
struct GeneralizedDiceLossTests {
  // Of the first class a half is predicted at its one position, of the second three quarters at each of three.
  private let probabilities: Tensor<Double> = [[[0.5, 0.25, 0.25, 0.25], [0.5, 0.75, 0.75, 0.75]]]
  private let labels: Tensor<Int> = [[0, 1, 1, 1]]

  /// With weights 1 and 1/9: overlap 2·(½ + ⅑·9/4) = 3/2, and errors ½ + ¾ + ⅑·(½ + ¾) = 25/18.
  @Test func smallClassesCountAsMuchAsLargeOnes() throws {
    let loss = try GeneralizedDiceLoss(smoothing: 0, fromLogits: false)(probabilities, target: labels)
    // 1 − (3/2) / (3/2 + 25/18)
    expectClose(loss.value(), Tensor(25.0 / 52), ulps: 4)
  }

  /// A class that is true nowhere has the largest weight: here that of a class of one position.
  @Test func absentClasses() throws {
    let predicted: Tensor<Double> = [[[0.5, 0.25], [0.25, 0.5], [0.25, 0.25]]]
    let loss = try GeneralizedDiceLoss(smoothing: 0, fromLogits: false)(
      predicted, target: [[0, 1]] as Tensor<Int>)
    // Overlap 2·(½ + ½) = 2, errors ½ + ¼ of each class that is true, and ½ of the third.
    expectClose(loss.value(), Tensor(1 - 2 / (2 + 2.0)), ulps: 4)
    let nothing = try GeneralizedDiceLoss(smoothing: 0, ignoreIndex: 0)(
      predicted, target: [[0, 0]] as Tensor<Int>)
    #expect(nothing.value() == 0)
    #expect(nothing.backward() == .zeros([1, 3, 2]))
  }

  /// The mean of no samples is 0, whether these have values of their own or not.
  @Test(arguments: [false, true], [Reduction.mean, .batchMean, .sum])
  func nothing(perSample: Bool, reduction: Reduction) throws {
    let (input, labels) = (Tensor<Float>.zeros([0, 2, 3]), Tensor<Int>.zeros([0, 3]))
    let loss = GeneralizedDiceLoss(perSample: perSample, reduction: reduction)
    #expect(try loss(input, target: labels).value() == 0)
  }
}
