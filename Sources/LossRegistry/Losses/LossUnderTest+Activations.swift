import Foundation
import Losses

extension LossUnderTest {
  /// A function of each element, or along an axis.
  init(
    activation name: String, _ activation: some Adapter, _ input: Tensor<Double>,
    formula: (Shape) -> Double
  ) {
    self.init(
      name: name, loss: activation, arguments: Arguments(input: input),
      expected: Tensor(shape: input.shape, formula))
  }

  /// Shapes with one of their axes.
  static let axes: [(shape: Shape, axis: Int)] = [
    ([4], 0), ([3, 4], 1), ([3, 4], -2), ([2, 3, 4], 1), ([2, 3, 4], -1), ([2, 3, 2, 2], 0),
  ]

  /// Softmax, or its logarithm, of random scores.
  init(
    softmax name: String, _ activation: some Adapter, _ shape: Shape, axis: Int, seed: UInt64 = 16,
    of function: (Double) -> Double
  ) {
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: seed)
    let probabilities = input.map { exp($0) }.normalized(axis: axis < 0 ? axis + shape.count : axis)
    self.init(activation: "\(name) \(shape) axis \(axis)", activation, input) { function(probabilities[$0]) }
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
