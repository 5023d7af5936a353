import LossRegistry
import Losses

extension InvalidCall {
  static let activations: [InvalidCall] = {
    let places: [(axis: Int, shape: Shape)] = [
      (2, [2, 3]), (-3, [2, 3]), (.max, [2, 3]), (.min, [2, 3]), (.min, [3]), (1, []), (-2, []),
      (8, [1, 1, 1, 1, 1, 1, 1, 1]),
    ]
    let axes = places.flatMap { axis, shape in
      ([Softmax(axis: axis), LogSoftmax(axis: axis), LogSumExp(axis: axis)] as [any Adapter]).map {
        InvalidCall(
          "\($0.typeName): axis \(axis) of \(shape)", $0, Arguments(input: .zeros(shape)),
          .axisOutOfRange(axis: axis, rank: shape.count),
          "axis is \(axis), but the input has \(shape.count) \(shape.count == 1 ? "axis" : "axes")")
      }
    }
    let functions: [any Adapter] = [Softmax(axis: 1), LogSoftmax(axis: 1), Sigmoid(), LogSigmoid()]
    let upstreams = functions.flatMap { loss in
      ([[3], [2, 1], []] as [Shape]).map { shape in
        InvalidCall(
          "\(loss.typeName): upstream of shape \(shape)", loss, Arguments(input: .zeros([2, 3])),
          upstream: .zeros(shape),
          .shapeMismatch(argument: "upstream", shape: shape, expected: [2, 3]),
          "upstream has shape \(shape), but [2, 3] is needed")
      }
    }
    let sum = InvalidCall.mismatch(
      "LogSumExp", LogSumExp(axis: 1), Arguments(input: .zeros([2, 3])), upstream: .zeros([2, 3]),
      "upstream", [2, 3], expected: [2])
    return axes + upstreams + [sum]
  }()
}
