import Losses
import Testing

/// What is particular to `HingeLoss`.
struct HingeLossTests {
  /// At the kink, the hinge has a slope.
  @Test func kink() throws {
    let gradients = try HingeLoss(reduction: .none)([1, -1, 2, 0] as Tensor<Double>, target: [1, -1, 1, 1])
      .gradients()
    #expect(gradients.input == [-1, 1, 0, -1])
    #expect(gradients.target == [-1, 1, 0, 0])
  }

  @Test func infinities() throws {
    let hinge = try HingeLoss(reduction: .none)(
      [.infinity, -.infinity, .infinity] as Tensor<Float>, target: [1, 1, -1]
    )
    .gradients()
    #expect(hinge.input == [0, -1, 1])
    #expect(hinge.target == [0, .infinity, -.infinity])
  }
}
