import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `LogSoftmax`.
struct LogSoftmaxTests {
  /// Values that a tutorial prints.
  @Test func printedValues() throws {
    let input: Tensor<Double> = [[1, 3, 4], [7, 3, 8], [9, 7, 5]]
    let printed = try LogSoftmax(axis: 1)(input).value().scalars.map { String(format: "%.4f", $0) }
    #expect(
      printed == [
        "-3.3490", "-1.3490", "-0.3490", "-1.3182", "-5.3182", "-0.3182", "-0.1429", "-2.1429", "-4.1429",
      ])
  }

  private static let input = Tensor<Double>.random(in: -4..<4, [6, 5], seed: 51)

  @Test func axisIsThatOfTheTranspose() throws {
    let upstream = Tensor<Double>.random(in: -2..<2, [6, 5], seed: 52)
    try expectClose(
      LogSoftmax(axis: 0)(Self.input).value(),
      LogSoftmax(axis: 1)(Self.input.transposed()).value().transposed(), ulps: 16)
    try expectClose(
      LogSoftmax(axis: 0)(Self.input).backward(upstream: upstream),
      LogSoftmax(axis: -1)(Self.input.transposed()).backward(upstream: upstream.transposed()).transposed(),
      ulps: 16)
  }

  /// ∂log p[i]/∂x[j] = [i = j] − p[j]
  @Test func backwardIsTheProductWithTheJacobian() throws {
    let upstream = Tensor<Double>.random(in: -2..<2, [6, 5], seed: 53)
    let p = Self.input.map { exp($0) }.normalized(axis: 1)
    let expected = Tensor<Double>(shape: [6, 5]) { place in
      let (row, j) = (place[0], place[1])
      return (0..<5).reduce(0) { $0 + upstream[row, $1] * (($1 == j ? 1 : 0) - p[row, j]) }
    }
    try expectClose(LogSoftmax(axis: 1)(Self.input).backward(upstream: upstream), expected, ulps: 16)
  }

  /// Scores of any size: only differences count.
  @Test func largeScores() throws {
    let input: Tensor<Float> = [[1000, 1001, 1002], [-3e38, -3e38, -3e38], [3e38, 0, -3e38]]
    let third = 1.0 / 3
    let sum = exp(-2.0) + exp(-1.0) + 1
    let logarithms = try LogSoftmax(axis: 1)(input).value()
    let expected: Tensor<Double> = Tensor(
      [-2 - log(sum), -1 - log(sum), -log(sum), log(third), log(third), log(third)], shape: [2, 3])
    expectClose(logarithms[..<2], expected, ulps: 4)
    #expect(logarithms[2, 0] == 0)
    #expect(logarithms[2, 1] == -3e38)
    // −6e38 is beyond Float.
    #expect(logarithms[2, 2] == -.infinity)
  }

  /// A class that is impossible has no gradient.
  @Test func impossibleClass() throws {
    let loss = try LogSoftmax(axis: 1)([[1, -.infinity, 1]] as Tensor<Double>)
    #expect(loss.value()[0, 1] == -.infinity)
    #expect(try loss.backward(upstream: [[1, 0, 3]]) == [[-1, 0, 1]])
  }
}
