import LossRegistry
import Losses
import Testing

/// What is particular to `SquaredEuclideanDistance`.
struct SquaredEuclideanDistanceTests {
  @Test func valueAndSlopes() throws {
    let (value, gradient) = try SquaredEuclideanDistance()([[3, 0]] as Tensor<Float>, [[0, 4]])
      .valueWithGradient(upstream: [0.5])
    #expect(value == [25])
    #expect(gradient.input1 == [[3, -4]])
    #expect(gradient.input2 == [[-3, 4]])
  }

  /// Unlike a norm, it has a slope that vanishes where vectors are equal.
  @Test func equalVectors() throws {
    let vectors = Tensor<Double>.random(in: -1..<1, [2, 3], seed: 1)
    let (value, gradient) = try SquaredEuclideanDistance()(vectors, vectors).valueWithGradient()
    #expect(value == [0, 0])
    #expect(gradient.input1 == .zeros([2, 3]) && gradient.input2 == .zeros([2, 3]))
  }

  @Test func isTheSquareOfTheEuclideanDistance() throws {
    let a = Tensor<Double>.random(in: -5..<5, [20, 9], seed: 2)
    let b = Tensor<Double>.random(in: -5..<5, [20, 9], seed: 3)
    let distance = try PairwiseDistance(eps: 0)(a, b).value()
    try expectClose(SquaredEuclideanDistance()(a, b).value(), distance.map { $0 * $0 }, ulps: 8)
  }

  /// Twice an upstream that the type just holds, times no difference or half of one.
  @Test func largestUpstreams() throws {
    let largest = Float.greatestFiniteMagnitude
    let gradient = try SquaredEuclideanDistance()([[1, 0.5]] as Tensor<Float>, [[1, 0.25]])
      .backward(upstream: Tensor([largest]))
    #expect(gradient.input1 == Tensor([[0, largest / 2]]))
    #expect(gradient.input2 == Tensor([[0, -largest / 2]]))
  }

  @Test func infinities() throws {
    let values = try SquaredEuclideanDistance()(
      [[.infinity, 0], [.infinity, 0], [.nan, 0]] as Tensor<Float>, [[1, 0], [.infinity, 0], [0, 0]]
    ).value()
    #expect(values[0] == .infinity)
    #expect(values[1].isNaN)
    #expect(values[2].isNaN)
  }
}
