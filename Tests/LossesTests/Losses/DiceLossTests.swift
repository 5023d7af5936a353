import Losses
import Testing

/// What is particular to `DiceLoss`, and to what all losses of regions share.
struct DiceLossTests {
  private let scores: Tensor<Double> = [[[1, -2, 0.5, 0], [0.5, 1, -1, 2]]]

  /// A class without truth costs nothing, and the mean counts it.
  @Test func absentClasses() throws {
    let labels: Tensor<Int> = [[0, 0, 0, 0]]
    let values = try DiceLoss(reduction: .none)(scores, target: labels).value()
    #expect(values[0] > 0)
    #expect(values[1] == 0)
    #expect(try DiceLoss()(scores, target: labels).value().item == values[0] / 2)
  }

  /// The mean of no samples is 0, whether these have values of their own or not.
  @Test(arguments: [false, true], [Reduction.mean, .batchMean, .sum])
  func nothing(perSample: Bool, reduction: Reduction) throws {
    let (input, labels) = (Tensor<Float>.zeros([0, 2, 3]), Tensor<Int>.zeros([0, 3]))
    let loss = DiceLoss(perSample: perSample, reduction: reduction)
    #expect(try loss(input, target: labels).value() == 0)
  }

  /// Whatever an ignored position holds.
  @Test func ignoredPositions() throws {
    var broken = scores
    broken[0, 0, 2] = .nan
    let labels: Tensor<Int> = [[0, 1, 255, 1]]
    let loss = DiceLoss(ignoreIndex: 255)
    let (value, gradient) = try loss(broken, target: labels).valueWithGradient()
    let expected = try loss(scores, target: labels).valueWithGradient()
    #expect(value == expected.value)
    #expect(gradient == expected.gradient)
    #expect(gradient[0, 0, 2] == 0 && gradient[0, 1, 2] == 0)
  }

  /// A class that is ignored at a position has no part in the softmax of the others, whatever its score. These have the
  /// probabilities ¼ and ¾. The first class costs 1 − 2p/(1 + p), whose slope is −2/(1 + p)², the others nothing.
  @Test(arguments: [5, .nan, .infinity] as [Double])
  func classesIgnoredAtAPosition(_ score: Double) throws {
    var scores: Tensor<Double> = [[[0], [1.0986122886681098], [0]]]
    scores[0, 2, 0] = score
    let (labels, masks): (Tensor<Int>, Tensor<Double>) = ([[[1], [0], [255]]], [[[1], [0], [255]]])
    let loss = DiceLoss(ignoreIndex: 255)
    let (value, gradient) = try loss(scores, target: labels).valueWithGradient()
    expectClose(value, Tensor(3.0 / 5 / 3), ulps: 8)
    // −32/25 · ¼ · ¾, a third of it
    expectClose(gradient, [[[-0.08], [0.08], [0]]], ulps: 8)
    let ofMasks = try loss(scores, target: masks).valueWithGradient()
    #expect(ofMasks.value == value && ofMasks.gradient == gradient)
  }

  /// Labels, and masks with a one in their place.
  @Test func labelsAreMasks() throws {
    let labels: Tensor<UInt8> = [[0, 1, 1, 0]]
    let masks: Tensor<Double> = [[[1, 0, 0, 1], [0, 1, 1, 0]]]
    let (value, gradient) = try DiceLoss()(scores, target: labels).valueWithGradient()
    let ofMasks = try DiceLoss()(scores, target: masks).valueWithGradient()
    #expect(value == ofMasks.value)
    #expect(gradient == ofMasks.gradient)
  }

  /// Where everything is true and predicted, there is no loss.
  @Test func perfectPredictions() throws {
    let certain: Tensor<Float> = [[[1000, -1000], [-1000, 1000]]]
    let (value, gradient) = try DiceLoss()(certain, target: [[0, 1]] as Tensor<Int>).valueWithGradient()
    #expect(value.item == 0)
    #expect(gradient.scalars.allSatisfy { $0 == 0 })
  }

  /// NaN at a position that counts is NaN also where the region is nowhere, and so is a weight.
  @Test func nanWithoutRegion() throws {
    let nothing: Tensor<Int> = [[0, 0]]
    for value in [
      try DiceLoss(mode: .binary)([[.nan, 1]] as Tensor<Float>, target: nothing).value(),
      try JaccardLoss(mode: .binary)([[.nan, 1]] as Tensor<Float>, target: nothing).value(),
      try TverskyLoss(mode: .binary, gamma: 0)(
        [[.nan, 1]] as Tensor<Float>, target: [[0, 1]] as Tensor<Int>
      )
      .value(),
      try GeneralizedDiceLoss(mode: .binary)([[.nan, 1]] as Tensor<Float>, target: nothing).value(),
      try GeneralizedDiceLoss()(
        [[[2, 0], [0, 2]]] as Tensor<Float>, target: [[0, 1]] as Tensor<Int>, sampleWeight: [[.nan, 1]]
      ).value(),
    ] {
      #expect(value.item.isNaN)
    }
  }
}
