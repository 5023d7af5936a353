import Losses

extension LossUnderTest {
  /// Shapes with one of their axes.
  static let axes: [(shape: Shape, axis: Int)] = [
    ([4], 0), ([3, 4], 1), ([3, 4], -2), ([2, 3, 4], 1), ([2, 3, 4], -1), ([2, 3, 2, 2], 0),
  ]

  /// A function along an axis of random scores.
  init(alongAxis activation: some Adapter, _ shape: Shape) {
    self.init(
      "\(activation) of \(shape)", activation, Arguments(input: .random(in: -3..<3, shape, seed: 16)))
  }
}

extension Generator {
  /// Calls of a function along an axis.
  static func alongAxis(
    _ name: String, activation: @escaping @Sendable (_ axis: Int) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let input = decisions.inputs(1, ranks: 0...4)[0]
      let rank = max(input.rank, 1)
      let axis = decisions.number(below: 2 * rank) - rank
      let wrong = decisions.choice(of: [rank, -rank - 1, .max, .min])
      return Call(activation(decisions.injectsFault(in: 6) ? wrong : axis), Arguments(input: input))
    }
  }
}
