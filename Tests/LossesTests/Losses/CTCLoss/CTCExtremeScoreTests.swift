import LossRegistry
import Losses
import Testing

/// Scores so large that sums of them leave no digits for what is added. Expected values are sums over all paths, by
/// mpmath with 800 digits.
struct CTCExtremeScoreTests {
  private func expect<S: LossScalar>(
    _ scores: Tensor<S>, _ input: CTCLoss.Input, value: Double, gradient: Tensor<Double>, _ comment: String
  ) throws {
    let loss = try CTCLoss(reduction: .sum, input: input)(
      scores, targets: [1, 2] as Tensor<Int>, inputLengths: Tensor(scores.shape[0]),
      targetLengths: Tensor<Int>(2))
    expectClose(loss.value(), Tensor(value), ulps: 4, comment)
    expectClose(loss.backward(), gradient, ulps: 16, comment)
  }

  /// Every path has one such score, so the others decide.
  @Test(arguments: [1e10, 1e16, 1e17, 1e20, 1e37, 1e200, 1e300])
  func oneImprobableScoreOnEachPath(_ size: Double) throws {
    let scores = Tensor([0, -size, 0, 0, -size, 0, 0.5, -size, 1], shape: [3, 3])
    let gradient: Tensor<Double> = [
      [-0.27727478132119346, -0.72272521867880654, 0],
      [-0.27727478132119346, -0.27727478132119346, -0.44545043735761309],
      [-0.16817565603641963, 0, -0.83182434396358037],
    ]
    try expect(scores, .freeLogProbabilities, value: size - 2.282746274162841, gradient: gradient, "\(size)")
    if size < 1e38 {
      let float = Tensor<Float>(scores)
      try expect(
        float, .freeLogProbabilities, value: size - 2.282746274162841, gradient: gradient, "\(size) in Float")
    }
  }

  /// One path is so much more probable that there are no others.
  @Test(arguments: [1e3, 1e10, 1e16, 1e17, 1e30, 1e305])
  func onePath(_ size: Double) throws {
    let logProbabilities: Tensor<Double> = [
      [-0.5, -1, -2], [-2, -0.2, -0.1], [-0.3, -1.5, -0.7], [-3, -0.4, -0.6],
    ]
    try expect(
      logProbabilities * size, .freeLogProbabilities, value: 1.6 * size,
      gradient: [[-1, 0, 0], [0, -1, 0], [-1, 0, 0], [0, 0, -1]], "\(size)")
    let logits: Tensor<Double> = [[0.5, 1, -1], [2, 0.2, 0.1], [-0.3, 1.5, 0.7], [-3, 0.4, 0.6]]
    try expect(
      logits * size, .logits, value: 0.5 * size,
      gradient: [[-1, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]], "\(size), logits")
  }

  /// Scores that are no log-probabilities, so that what is subtracted of one is e¹⁰⁰: the gradient is
  /// e^score − 1 at the label, and e^score at the other classes.
  @Test func unusedClassFarAboveTheOthers() throws {
    let scores: Tensor<Double> = [[-0.7, -0.7, 100, -1]]
    func gradient<S: LossScalar>(_: S.Type) throws -> Tensor<S> {
      try CTCLoss(reduction: .sum)(
        Tensor<S>(scores), targets: [1] as Tensor<Int>, inputLengths: Tensor<Int>(1),
        targetLengths: Tensor<Int>(1)
      ).backward()
    }
    var expected: Tensor<Double> = [
      [0.49658530379140951, -0.50341469620859049, 2.6881171418161354e43, 0.36787944117144232]
    ]
    expectClose(try gradient(Double.self), expected, ulps: 2)
    expected[0, 2] = .infinity
    expectClose(try gradient(Float.self), expected, ulps: 2)
  }

  /// Two paths of equal probability, whose score is the one after the best.
  @Test func equalPaths() throws {
    let scores = Tensor([1e17, 0, 0, 0, 1e17, 1e17, 1e17 + 64, 1e17, 1e17], shape: [3, 3])
    try expect(
      scores, .logits, value: 64.693147180559945, gradient: [[0, 0, 0], [0, -0.5, 0.5], [1, 0, -1]], "")
  }
}
