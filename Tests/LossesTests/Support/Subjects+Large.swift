import Foundation
import Losses

// Work is done in blocks of 1024 elements, or in panels of about 4096, and in chunks of 16384 or 65536 elements, which
// threads share where there are more than some ten thousands. These sizes are just above all that, and no multiples.

extension Subject {
  /// Subjects large enough to be worked at by several threads.
  static let large: [Subject] = {
    // Above 160,000, which a sum of weights is shared from.
    let shape: Shape = [331, 499]
    let input = Tensor<Double>.random(in: 0.1..<0.9, shape, seed: 21)
    let target = Tensor<Double>.random(in: 0.1..<0.9, shape, seed: 22)
    let weight = Tensor<Double>.random(in: 0.2..<2, shape, seed: 23)
    let row = Tensor<Double>.random(in: 0.2..<2, [499], seed: 24)
    let elementwise = [
      Subject(
        "MSE weighted", WeightedForm { MSELoss(reduction: $0) },
        Arguments(input: input, target: target, weight: weight), isMeanWeighted: true
      ) { x, t, _ in (x - t) * (x - t) },
      Subject(
        "BCE weighted", WeightedForm { BCELoss(reduction: $0) },
        Arguments(input: input, target: target, weight: row)
      ) { x, t, _ in -t * log(x) - (1 - t) * log(1 - x) },
      Subject(
        "BCEWithLogits positive", PositiveWeightForm(),
        Arguments(input: input, target: target, weight: weight, positiveWeight: row)
      ) { x, t, p in p * t * log(1 + exp(-x)) + (1 - t) * log(1 + exp(x)) },
    ]

    // Many classes or few, innermost and not, and a row longer than a block.
    let shapes: [Shape] = [[420, 333], [45_000, 3], [3, 50_000], [2, 3, 151, 150]]
    let classes = shapes.flatMap { shape in
      [
        Subject(
          "CrossEntropy \(shape)", .labels, shape, isWeighted: true, ignoreIndex: -100, smoothing: 0.1),
        Subject("CrossEntropy \(shape) of probabilities", .probabilities, shape, isWeighted: true),
      ]
    }
    let nll = [
      Subject("NLL [45_000, 3]", .nll, [45_000, 3], isWeighted: true, ignoreIndex: 0),
      Subject("NLL [2, 3, 151, 150]", .nll, [2, 3, 151, 150], isWeighted: true, ignoreIndex: 0),
      Subject("NLL [2, 300, 17, 5]", .nll, [2, 300, 17, 5], isWeighted: true, ignoreIndex: 0),
    ]

    let scores = Tensor<Double>.random(in: -3..<3, [2, 3, 151, 150], seed: 25)
    let probabilities = scores.map { exp($0) }.normalized(axis: 1)
    let activations = [
      Subject(activation: "Sigmoid", ElementwiseActivationForm(activation: Sigmoid()), input) {
        1 / (1 + exp(-input[$0]))
      },
      Subject(activation: "Softmax", AxisActivationForm(activation: Softmax(axis: 1)), scores) {
        probabilities[$0]
      },
      Subject(activation: "LogSoftmax", AxisActivationForm(activation: LogSoftmax(axis: 1)), scores) {
        log(probabilities[$0])
      },
    ]
    return elementwise + classes + nll + activations + largeVectors
  }()
}
