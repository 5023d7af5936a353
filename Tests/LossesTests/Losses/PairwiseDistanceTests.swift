import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `PairwiseDistance`.
struct PairwiseDistanceTests {
  @Test(arguments: [0.5, 1, 2, 3, .infinity])
  func zeroDistanceHasNoGradient(_ p: Double) throws {
    let vectors = Tensor<Double>.random(in: -1..<1, [2, 3], seed: 81)
    let (value, gradient) = try PairwiseDistance(p: p, eps: 0)(vectors, vectors).valueWithGradient()
    #expect(value == [0, 0])
    #expect(gradient.input1 == .zeros([2, 3]) && gradient.input2 == .zeros([2, 3]))
  }

  /// eps is added to the signed difference.
  @Test func epsIsSigned() throws {
    let distance = PairwiseDistance(p: 1, eps: 0.25)
    #expect(try distance([[1, 0]] as Tensor<Double>, [[0, 1]]).value() == [2])
    #expect(try distance([[0, 0]] as Tensor<Double>, [[1, 1]]).value() == [1.5])
  }

  @Test func largestDifferencesShareTheGradient() throws {
    let gradient = try PairwiseDistance(p: .infinity, eps: 0)([[3, -3, 1]] as Tensor<Double>, [[0, 0, 0]])
      .backward(upstream: [4])
    #expect(gradient.input1 == [[2, -2, 0]])
    #expect(gradient.input2 == [[-2, 2, 0]])
  }
}
