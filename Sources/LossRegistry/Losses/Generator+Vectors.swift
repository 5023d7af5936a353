import Losses

extension Generator {
  /// Calls of a measure of two tensors of vectors.
  static func measure(
    _ name: String, measure: @escaping @Sendable (inout Decisions) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let measure = measure(&decisions)
      let digested = decisions.choice(of: [["input1", "input2"], ["input2", "input1"]])
      let inputs = decisions.inputs(2, ranks: 0...4)
      return Call(measure, Arguments(["input1": inputs[0], "input2": inputs[1]]), digested: digested)
    }
  }

  /// Calls with triplets of vectors.
  static func triplets<Distance>(
    _ name: String, distance: @escaping @Sendable (inout Decisions) -> Distance,
    loss: @escaping @Sendable (_ distance: Distance, _ margin: Double, _ swap: Bool) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let distance = distance(&decisions)
      let (margin, swap) = (decisions.real(0.1..<3), decisions.isOne(in: 2))
      let digested = decisions.choice(of: [
        ["anchor", "positive"], ["positive", "negative"], ["negative", "anchor"],
      ])
      let inputs = decisions.inputs(3, ranks: 0...4)
      return Call(
        loss(distance, margin, swap),
        Arguments(["anchor": inputs[0], "positive": inputs[1], "negative": inputs[2]]), digested: digested)
    }
  }
}

extension Decisions {
  /// Returns tensors of one shape. Two may be the same, and differences zero.
  mutating func inputs(_ count: Int, ranks: ClosedRange<Int>) -> [Tensor<Double>] {
    let shape = shape(ranks: ranks)
    var inputs = (0..<count).map { _ in tensor(shape, -20..<20) }
    if isOne(in: 8) { inputs[number(below: count)] = inputs[0] }
    return inputs
  }

  mutating func pairwiseDistance() -> PairwiseDistance {
    PairwiseDistance(p: choice(of: [2, 1, .infinity, real(0.5..<4)]), eps: real(0..<0.1))
  }
}
