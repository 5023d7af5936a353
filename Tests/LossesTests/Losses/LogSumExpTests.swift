import LossRegistry
import Losses
import Testing

/// What is particular to `LogSumExp`.
struct LogSumExpTests {
  /// NaN gets into the sum from any position; an infinity does if it is the largest.
  @Test(
    arguments: [
      ([.nan], .nan), ([.nan, 1], .nan), ([1, .nan], .nan), ([.nan, .infinity], .nan),
      ([.infinity, .nan], .nan),
      ([.nan, -.infinity], .nan), ([-.infinity, .nan], .nan), ([-.infinity, -.infinity], -.infinity),
      ([.infinity, 1], .infinity), ([1, .infinity], .infinity), ([.infinity, -.infinity], .infinity),
    ] as [([Float], Float)])
  func logSumExpOfExceptions(_ scores: [Float], _ expected: Float) throws {
    for classes in [scores.count, 20] {
      let input = Tensor(shape: [3, classes]) { scores[$0[1] % scores.count] }
      for sum in try [LogSumExp(axis: 1)(input).value(), LogSumExp(axis: 0)(input.transposed()).value()] {
        #expect(sum.scalars.allSatisfy { expected.isNaN ? $0.isNaN : $0 == expected })
      }
    }
  }

  @Test func sumOfExponentialsAtTheEnds() throws {
    let input = Tensor<Double>(
      [1000, 1000, -.infinity, -.infinity, .infinity, 1, -.infinity, -1000], shape: [4, 2])
    let value = try LogSumExp(axis: -1)(input).value()
    expectClose(value, Tensor([1000.693147180559945309, -.infinity, .infinity, -1000]), ulps: 1)
    let gradient = try LogSumExp(axis: -1)(input).backward()
    #expect(gradient[0, 0] == 0.5 && gradient[0, 1] == 0.5)
    #expect(gradient[3, 0] == 0 && gradient[3, 1] == 1)
  }

  /// One infinite element has the whole gradient; of several, nobody can tell.
  @Test func gradientOfInfinity() throws {
    for axis in [0, 1] {
      let input = Tensor<Float>([1, .infinity, -3, .infinity, 2, .infinity], shape: [2, 3])
      let gradient = try LogSumExp(axis: 1)(input).backward(upstream: [2, 1])
      let columns = try LogSumExp(axis: 0)(input.transposed().contiguous()).backward(upstream: [2, 1])
      let seen = axis == 1 ? gradient : columns.transposed()
      #expect(seen[0, .all] == [0, 2, 0])
      #expect(seen[1, .all].scalars.contains { $0.isNaN })
    }
  }
}
