import Losses

extension LossUnderTest {
  static let vectorShapes: [Shape] = [[4], [3, 4], [2, 3, 5]]

  /// A measure of vectors along the last axis.
  init(_ measure: some Adapter, vectors shape: Shape) {
    let first = Tensor<Double>.random(in: -1.5..<1.5, shape, seed: 76)
    // No difference is near 0, where norms have kinks.
    let second = zip(first.scalars, Tensor<Double>.random(in: -1..<1, shape, seed: 77).scalars).map {
      $0 + $1 + ($1 < 0 ? -0.3 : 0.3)
    }
    self.init(
      "\(measure) \(shape)", measure,
      Arguments(["input1": first, "input2": Tensor(second, shape: shape)]))
  }

  /// Triplets, the farthest of which cost nothing.
  init(_ loss: some Adapter, triplets shape: Shape) {
    self.init(
      "Triplets \(shape), \(loss)", loss,
      Arguments([
        "anchor": .random(in: -1..<1, shape, seed: 73), "positive": .random(in: -1..<1, shape, seed: 74),
        "negative": .random(in: -1.6..<1.6, shape, seed: 75),
      ]))
  }
}
