import Losses
import Testing

/// What is particular to `SquaredHingeLoss`.
struct SquaredHingeLossTests {
  @Test func isTheSquareOfTheHinge() throws {
    let (x, t): (Tensor<Double>, Tensor<Double>) = ([1, -1, 2, 0.25, -3], [1, 1, -1, -1, 1])
    let hinge = try HingeLoss(reduction: .none)(x, target: t).valueWithGradient()
    let squared = try SquaredHingeLoss(reduction: .none)(x, target: t).valueWithGradient()
    #expect(squared.value == hinge.value * hinge.value)
    #expect(squared.gradient == 2 * hinge.value * hinge.gradient)
  }

  @Test func infinities() throws {
    let squared = try SquaredHingeLoss(reduction: .none)(
      [.infinity, -.infinity, .infinity] as Tensor<Float>, target: [1, 1, -1]
    ).gradients()
    #expect(squared.input == [0, -.infinity, .infinity])
  }
}
