import LossRegistry
import Losses
import Testing

/// What is particular to `L1Loss`: PyTorch's names for it, and its kink.
struct L1LossTests {
  /// At the kink the derivative is 0.
  @Test func kink() throws {
    let evaluation = try L1Loss(reduction: .none)([1, -2, 0] as Tensor<Float>, target: [1, -2, -0.0])
    #expect(evaluation.value() == [0, 0, 0])
    #expect(evaluation.backward() == [0, 0, 0])
    #expect(evaluation.gradients().target == [0, 0, 0])
  }

  @Test func infinities() throws {
    let input = Tensor<Double>([.infinity, -.infinity, .infinity])
    let evaluation = try L1Loss(reduction: .none)(input, target: Tensor([0, 0, .infinity]))
    let value = evaluation.value()
    #expect(value[0] == .infinity && value[1] == .infinity && value[2].isNaN)
    let gradient = evaluation.backward()
    #expect(gradient == [1, -1, 0])
  }
}
