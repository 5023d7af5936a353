import LossRegistry
import Losses
import Testing

/// What is particular to `HingeEmbeddingLoss`.
struct HingeEmbeddingLossTests {
  /// PyTorch 2.13 prints this value for Double.
  @Test func printedValue() throws {
    let value = try HingeEmbeddingLoss()([[1, 0.8, 0.5]] as Tensor<Double>, target: [[1, 1, -1]]).value()
    expectClose(value, Tensor(0.7666666666666666), ulps: 4, scale: 1)
  }

  /// At the kink, the hinge has a slope.
  @Test func kink() throws {
    let hinge = try HingeEmbeddingLoss(reduction: .none)(
      [1, 1, 1, 3, 3] as Tensor<Double>, target: [-1, 1, 0, 0, -1]
    ).valueWithGradient()
    #expect(hinge.value == [0, 1, 1, 3, 0])
    #expect(hinge.gradient == [-1, 1, 0, 1, 0])
  }

  @Test func hingeEmbeddingIsConstantInItsTarget() throws {
    let gradients = try HingeEmbeddingLoss()([0.5, 3] as Tensor<Double>, target: [1, -1]).gradients()
    #expect(gradients.target == [0, 0])
  }
}
