import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `NLLLoss`.
struct NLLLossTests {
  /// A value that a tutorial prints.
  @Test func printedValues() throws {
    let input: Tensor<Double> = [
      [1.4550, 2.3858, 1.1724], [0.4952, 1.5870, 0.9594], [1.4170, 0.4525, 0.2519],
    ]
    let value = try NLLLoss()(input, target: [1, 0, 2] as Tensor<Int>).value().item
    #expect(String(format: "%.4f", value) == "-1.0443")
    let row: Tensor<Float> = [[1, 2, 3]]
    for (label, expected) in [(0, -1), (1, -2), (2, -3)] as [(Int, Float)] {
      #expect(try NLLLoss()(row, target: Tensor([label])).value().item == expected)
    }
  }

  /// A tensor that is larger than caches is gone over in another way than its samples.
  @Test func inATensorLargerThanCaches() throws {
    let (classes, columns, ignored) = (6, 360_000, 2)
    var input = Tensor<Double>.random(in: -2..<2, [2, classes, columns], seed: 4)
    let labels = Tensor<Int>.random(in: 0..<classes, [2, columns], seed: 5)
    let weight = Tensor<Double>.random(in: 0.5..<2, [classes], seed: 6)
    let upstream = Tensor<Double>.random(in: -1..<1, [2, columns], seed: 7)
    for column in labels.scalars.indices.prefix(columns) where labels.scalars[column] == ignored {
      input[0, ignored, column] = .nan
    }
    let loss = NLLLoss(ignoreIndex: ignored, reduction: .none)
    let whole = try loss(input, target: labels, weight: weight).valueWithGradient(upstream: upstream)
    for sample in 0..<2 {
      let part = try loss(input[sample...sample], target: labels[sample...sample], weight: weight)
        .valueWithGradient(upstream: upstream[sample...sample])
      expectSameBits(whole.value[sample...sample], part.value, "\(sample)")
      expectSameBits(whole.gradient[sample...sample], part.gradient, "\(sample)")
    }
  }

  /// Of many classes, the scores of the labels alone are copied from half precision and from views.
  @Test(arguments: [[7, 5000], [3, 100, 37], [2, 70, 3, 5], [1, 1_100_001]] as [Shape])
  func scoresThatAreCopied(_ shape: Shape) throws {
    try expectResultsOfFloat(shape, in: Float.self)
    try expectResultsOfFloat(shape, in: Half.self)
    try expectResultsOfFloat(shape, in: BFloat16.self)
  }

  private func expectResultsOfFloat<S: LossScalar>(_ shape: Shape, in _: S.Type) throws {
    let scores = Tensor<S>(Tensor<Double>.random(in: -3..<3, shape, seed: 8))
    let weight = Tensor<S>(Tensor<Double>.random(in: 0.5..<2, [shape[1]], seed: 9))
    let drawn = Tensor<Int>.random(in: 0..<shape[1], shape.dropping(axis: 1), seed: 10)
    let labels = Tensor(
      drawn.scalars.enumerated().map { $0 % 5 == 1 ? -100 : $1 }, shape: drawn.shape)
    let loss = NLLLoss(reduction: .none)
    let exact = try loss(Tensor<Float>(scores), target: labels, weight: Tensor<Float>(weight))
      .valueWithGradient()
    for input in [scores, scores.transposed(0, 1).contiguous().transposed(0, 1)] {
      let (value, gradient) = try loss(input, target: labels, weight: weight).valueWithGradient()
      expectSameBits(value, Tensor<S>(exact.value))
      expectSameBits(gradient, Tensor<S>(exact.gradient))
    }
  }
}
