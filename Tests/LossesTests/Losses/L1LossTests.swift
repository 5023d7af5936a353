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

  /// Elements whose sum `Float` does not hold, and their mean does.
  @Test func meanOfLargestElements() throws {
    let input = Tensor<Float>(repeating: 3e38, shape: [20_000])
    var gradient = Tensor<Float>(repeating: 1, shape: [20_000])
    let loss = try L1Loss()(input, target: Tensor(repeating: 0, shape: [20_000]))
    let value = try loss.valueWithGradient(addingTo: &gradient)
    #expect(value.item == 3e38)
    #expect(loss.value().item == 3e38)
    expectClose(gradient, Tensor(repeating: 1.00005, shape: [20_000]), ulps: 1)
  }
}
