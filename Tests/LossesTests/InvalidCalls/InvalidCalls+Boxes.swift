import LossRegistry
import Losses

extension InvalidCall {
  static let boxes: [InvalidCall] = {
    let losses: [any Adapter] = [GeneralizedIoULoss(), DistanceIoULoss(), CompleteIoULoss()]
    return losses.flatMap { calls(of: $0, named: $0.typeName) }
  }()

  private static func calls(of loss: any Adapter, named name: String) -> [InvalidCall] {
    func zeros(_ input: Shape, _ target: Shape) -> Arguments<Double> {
      Arguments(input: .zeros(input), target: .zeros(target))
    }
    let good: Tensor<Double> = [[0, 0, 1, 1], [2, 3, 4, 5]]
    let reversed: Tensor<Double> = [[0, 0, 1, 1], [2, 3, 4, -0.5]]
    return [
      unsupported(name, loss, zeros([], []), "only [4] and [N…, 4] are possible"),
      unsupported(name, loss, zeros([2, 3], [2, 3]), "only [4] and [N…, 4] are possible"),
      unsupported(name, loss, zeros([4, 0], [4, 0]), "only [4] and [N…, 4] are possible"),
      mismatch(name, loss, zeros([2, 4], [3, 4]), "target", [3, 4], expected: [2, 4]),
      mismatch(name, loss, zeros([2, 4], [4]), "target", [4], expected: [2, 4]),
      mismatch(
        name, loss, zeros([2, 4], [2, 4]), upstream: .zeros([2, 4]), "upstream", [2, 4], expected: [2]),
      mismatch(
        name, loss, zeros([2, 4], [2, 4]), upstream: .zeros([2]), reduction: .sum, "upstream", [2],
        expected: []),
      InvalidCall(
        "\(name): input is reversed", loss, Arguments(input: reversed, target: good),
        .valueOutOfRange(
          argument: "input", position: [1, 3], value: -0.5,
          requirement: "at least 3, which input[1, 1] is"),
        "input[1, 3] is -0.5, but it must be at least 3, which input[1, 1] is"),
      InvalidCall(
        "\(name): target is reversed", loss, Arguments(input: [0, 0, 1, 1], target: [0.5, 0, 0, 1]),
        .valueOutOfRange(
          argument: "target", position: [2], value: 0, requirement: "at least 0.5, which target[0] is"),
        "target[2] is 0, but it must be at least 0.5, which target[0] is"),
    ]
  }
}
