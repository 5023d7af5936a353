import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `Softmax`.
struct SoftmaxTests {
  /// Values that a tutorial prints.
  @Test func printedValues() throws {
    let input: Tensor<Double> = [[1, 3, 4], [7, 3, 8], [9, 7, 5]]
    let printed = try Softmax(axis: 1)(input).value().scalars.map { String(format: "%.4f", $0) }
    #expect(
      printed == [
        "0.0351", "0.2595", "0.7054", "0.2676", "0.0049", "0.7275", "0.8668", "0.1173", "0.0159",
      ])
  }

  private static let input = Tensor<Double>.random(in: -4..<4, [6, 5], seed: 51)

  @Test(arguments: [0, 1])
  func probabilitiesHaveSumOne(_ axis: Int) throws {
    let probabilities = try Softmax(axis: axis)(Self.input).value()
    for position in 0..<Self.input.shape[1 - axis] {
      let row = probabilities.selecting(position, axis: 1 - axis).scalars
      #expect(abs(row.reduce(0, +) - 1) <= 8 * Double.ulpOfOne)
      #expect(row.allSatisfy { $0 > 0 })
    }
  }

  @Test func axisIsThatOfTheTranspose() throws {
    let upstream = Tensor<Double>.random(in: -2..<2, [6, 5], seed: 52)
    try expectClose(
      Softmax(axis: 0)(Self.input).value(), Softmax(axis: 1)(Self.input.transposed()).value().transposed(),
      ulps: 16)
    try expectClose(
      Softmax(axis: 0)(Self.input).backward(upstream: upstream),
      Softmax(axis: 1)(Self.input.transposed()).backward(upstream: upstream.transposed()).transposed(),
      ulps: 16)
  }

  /// ∂p[i]/∂x[j] = p[i]·([i = j] − p[j])
  @Test func backwardIsTheProductWithTheJacobian() throws {
    let upstream = Tensor<Double>.random(in: -2..<2, [6, 5], seed: 53)
    let p = Self.input.map { exp($0) }.normalized(axis: 1)
    let expected = Tensor<Double>(shape: [6, 5]) { place in
      let (row, j) = (place[0], place[1])
      return (0..<5).reduce(0) { $0 + upstream[row, $1] * p[row, $1] * (($1 == j ? 1 : 0) - p[row, j]) }
    }
    try expectClose(Softmax(axis: 1)(Self.input).backward(upstream: upstream), expected, ulps: 16)
  }

  /// Scores of any size: only differences count.
  @Test func largeScores() throws {
    let input: Tensor<Float> = [[1000, 1001, 1002], [-3e38, -3e38, -3e38], [3e38, 0, -3e38]]
    let third = 1.0 / 3
    let (a, b, c) = (exp(-2.0), exp(-1.0), 1.0)
    let sum = a + b + c
    let probabilities: Tensor<Double> = Tensor(
      [a / sum, b / sum, c / sum, third, third, third, 1, 0, 0], shape: [3, 3])
    try expectClose(Softmax(axis: 1)(input).value(), probabilities, ulps: 4)
  }

  /// Upstream gradients near the largest number: Σ g·p is in range for any number of classes.
  @Test func largeUpstreams() throws {
    let classes = 70_000
    for shape in [[1, classes], [1, classes, 1]] as [Shape] {
      let upstream = Tensor<Double>(repeating: 1.7e308, shape: shape)
      let gradient = try Softmax(axis: 1)(Tensor(repeating: 0, shape: shape)).backward(upstream: upstream)
      #expect(gradient.scalars.allSatisfy { abs($0) <= 1.7e308 / Double(classes) * Double.ulpOfOne })
    }
    // −3e38 − Σ g·p is beyond Float, the others are not.
    let (a, b, c) = (exp(-2.0), exp(-1.0), 1.0)
    let sum = a + b + c
    let gradient = try Softmax(axis: 1)([[0, 1, 2]] as Tensor<Float>).backward(upstream: [
      [3e38, -3e38, 3e38]
    ])
    let rest = 3e38 * 2 * b / sum
    expectClose(gradient, Tensor([rest * a / sum, -.infinity, rest * c / sum], shape: [1, 3]), ulps: 8)
  }

  /// A class that is impossible has probability 0 and no gradient.
  @Test func impossibleClass() throws {
    let input = Tensor<Double>([1, -.infinity, 1], shape: [1, 3])
    #expect(try Softmax(axis: 1)(input).value() == [[0.5, 0, 0.5]])
    #expect(try Softmax(axis: 1)(input).backward(upstream: [[1, 5, 3]]) == [[-0.5, 0, 0.5]])
  }
}
