import Foundation
import Losses

extension Subject {
  static let activations: [Subject] = {
    let input = Tensor<Double>.random(in: -3..<3, [3, 4], seed: 15)
    let functions = [
      Subject(activation: "Sigmoid", ElementwiseActivationForm(activation: Sigmoid()), input) {
        1 / (1 + exp(-input[$0]))
      },
      Subject(activation: "LogSigmoid", ElementwiseActivationForm(activation: LogSigmoid()), input) {
        -log(1 + exp(-input[$0]))
      },
    ]
    let places: [(Shape, Int)] = [
      ([4], 0), ([3, 4], 1), ([3, 4], -2), ([2, 3, 4], 1), ([2, 3, 4], -1), ([2, 3, 2, 2], 0),
    ]
    return places.reduce(into: functions) { subjects, place in
      let (shape, axis) = place
      let input = Tensor<Double>.random(in: -3..<3, shape, seed: 16)
      let probabilities = input.map { exp($0) }.normalized(axis: axis < 0 ? axis + shape.count : axis)
      subjects += [
        Subject(
          activation: "Softmax \(shape) axis \(axis)", AxisActivationForm(activation: Softmax(axis: axis)),
          input
        ) { probabilities[$0] },
        Subject(
          activation: "LogSoftmax \(shape) axis \(axis)",
          AxisActivationForm(activation: LogSoftmax(axis: axis)),
          input
        ) { log(probabilities[$0]) },
      ]
    }
  }()

  init(
    activation name: String, _ form: any Form, _ input: Tensor<Double>, _ formula: (Shape) -> Double
  ) {
    self.init(
      name: name, form: form, arguments: Arguments(input: input),
      expected: Tensor(shape: input.shape, formula), meanDenominator: nil)
  }
}
