import Losses

extension Refusal {
  static let activations: [Refusal] = {
    func forms(axis: Int) -> [any Form] {
      [
        AxisActivationForm(activation: Softmax(axis: axis)),
        AxisActivationForm(activation: LogSoftmax(axis: axis)),
      ]
    }
    let places: [(axis: Int, shape: Shape)] = [
      (2, [2, 3]), (-3, [2, 3]), (.max, [2, 3]), (.min, [2, 3]), (1, []), (-2, []),
      (8, [1, 1, 1, 1, 1, 1, 1, 1]),
    ]
    let axes = places.flatMap { axis, shape in
      forms(axis: axis).map {
        Refusal(
          "axis \(axis) of \(shape)", $0, Arguments(input: .zeros(shape)),
          .axisOutOfRange(axis: axis, rank: shape.count),
          "axis is \(axis), but the input has \(shape.count) axes")
      }
    }
    let functions: [any Form] =
      forms(axis: 1) + [
        ElementwiseActivationForm(activation: Sigmoid()), ElementwiseActivationForm(activation: LogSigmoid()),
      ]
    let upstreams = functions.flatMap { form in
      ([[3], [2, 1], []] as [Shape]).map { shape in
        Refusal(
          "upstream of shape \(shape)", form, Arguments(input: .zeros([2, 3])), upstream: .zeros(shape),
          .shapeMismatch(argument: "upstream", shape: shape, expected: [2, 3]),
          "upstream has shape \(shape), but [2, 3] is needed")
      }
    }
    return axes + upstreams
  }()
}
