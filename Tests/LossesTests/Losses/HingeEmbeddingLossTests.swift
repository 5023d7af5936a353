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

  /// A target that is NaN is not one that is neither 1 nor −1. The gradient of a similar pair is 1 at any distance.
  @Test func nan() throws {
    let (value, gradient) = try HingeEmbeddingLoss(reduction: .none)(
      Tensor<Float>([0.5, 3, .nan, .nan, .nan, 0.5]), target: Tensor([.nan, .nan, 1, -1, 0, 0])
    ).valueWithGradient()
    #expect(value.scalars.map(\.isNaN) == [true, true, true, true, true, false])
    #expect(gradient.scalars.map(\.isNaN) == [true, true, false, true, true, false])
    #expect(gradient[2] == 1)
  }

  @Test func infinities() throws {
    let (value, gradient) = try HingeEmbeddingLoss(reduction: .none)(
      Tensor<Float>([.infinity, .infinity, -.infinity, .infinity]), target: [1, -1, -1, 0]
    ).valueWithGradient()
    #expect(value == Tensor([.infinity, 0, .infinity, .infinity]))
    #expect(gradient == [1, 0, -1, 1])
  }
}
