import LossRegistry
import Losses
import Testing

/// What is particular to `HingeLoss` and `SquaredHingeLoss`.
struct HingeLossTests {
  /// At the kink, the hinge has a slope.
  @Test func kink() throws {
    let gradients = try HingeLoss(reduction: .none)([1, -1, 2, 0] as Tensor<Double>, target: [1, -1, 1, 1])
      .gradients()
    #expect(gradients.input == [-1, 1, 0, -1])
    #expect(gradients.target == [-1, 1, 0, 0])
  }

  @Test func squaredHingeIsTheSquare() throws {
    let (x, t): (Tensor<Double>, Tensor<Double>) = ([1, -1, 2, 0.25, -3], [1, 1, -1, -1, 1])
    let hinge = try HingeLoss(reduction: .none)(x, target: t).valueWithGradient()
    let squared = try SquaredHingeLoss(reduction: .none)(x, target: t).valueWithGradient()
    #expect(squared.value == hinge.value * hinge.value)
    #expect(squared.gradient == 2 * hinge.value * hinge.gradient)
  }

  @Test func infinities() throws {
    let x: Tensor<Float> = [.infinity, -.infinity, .infinity]
    let hinge = try HingeLoss(reduction: .none)(x, target: [1, 1, -1]).gradients()
    let squared = try SquaredHingeLoss(reduction: .none)(x, target: [1, 1, -1]).gradients()
    #expect(hinge.input == [0, -1, 1])
    #expect(hinge.target == [0, .infinity, -.infinity])
    #expect(squared.input == [0, -.infinity, .infinity])
  }
}
