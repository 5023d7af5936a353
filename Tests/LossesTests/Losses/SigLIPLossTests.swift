import Losses
import Testing

struct SigLIPLossTests {
  @Test func isBinaryCrossEntropyOfAllPairs() throws {
    let first: Tensor<Double> = [[1, 0.5], [-0.25, 2], [1, 1]]
    let second: Tensor<Double> = [[0.5, 1], [1, -1], [0.25, 0]]
    let logits = Tensor<Double>(shape: [3, 3]) { index in
      3 * (first[index[0], 0] * second[index[1], 0] + first[index[0], 1] * second[index[1], 1]) - 1.5
    }
    let labels: Tensor<Double> = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    let expected = try BCEWithLogitsLoss(reduction: .sum)(logits, target: labels).value().item / 3
    let value = try SigLIPLoss()(first, input2: second, scale: Tensor(3), bias: Tensor(-1.5)).value().item
    #expect((value - expected).magnitude <= 8 * expected.ulp)
  }

  /// Similarities that are infinite, of pairs that cost nothing.
  @Test func infiniteSimilarities() throws {
    let loss = try SigLIPLoss()(
      [[1e200, 0], [0, 1]] as Tensor<Double>, input2: [[1e200, 0], [-1e200, 1]], scale: Tensor(1),
      bias: Tensor(0))
    // The second sample costs −log σ(0) and −log σ(1): ½·(log 2 + log(1 + e⁻¹)) in the mean, whose slope in the scale is
    // −½·(1 − σ(1)).
    expectClose(loss.value(), Tensor(0.50320443403908407), ulps: 4)
    expectClose(loss.gradients().scale, Tensor(-0.13447071068499756), ulps: 4)
  }
}
