import Losses

/// A perceptron with one hidden layer: logits = max(0, x·W₁ + b₁)·W₂ + b₂, with an image in each row of x.
struct Network {
  private var first: Layer
  private var second: Layer

  init(inputs: Int, hidden: Int, outputs: Int, random: inout SplitMix64) {
    first = Layer(inputs: inputs, outputs: hidden, random: &random)
    second = Layer(inputs: hidden, outputs: outputs, random: &random)
  }

  var parameterCount: Int { first.parameterCount + second.parameterCount }

  func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> { logits(hiddenUnits(images)) }

  func hiddenUnits(_ images: Tensor<Float>) -> Tensor<Float> { first(images).map { max(0, $0) } }

  func logits(_ hidden: Tensor<Float>) -> Tensor<Float> { second(hidden) }

  /// Takes a step against the gradient, which is that of the loss with respect to the logits.
  mutating func descend(
    _ gradient: Tensor<Float>,
    hidden: Tensor<Float>,
    images: Tensor<Float>,
    rate: Float
  ) {
    // The chain rule: through the second layer, then through max(0, …), which is flat where a unit is at rest.
    let hiddenGradient = zip(second.inputGradient(gradient).scalars, hidden.scalars).map { $1 > 0 ? $0 : 0 }
    second.descend(gradient, input: hidden, rate: rate)
    first.descend(Tensor(hiddenGradient, shape: hidden.shape), input: images, rate: rate)
  }
}

/// A layer x·W + b that learns by gradient descent with momentum.
private struct Layer {
  var weights, bias: Tensor<Float>
  var weightStep, biasStep: Tensor<Float>

  /// Uniform weights of variance 2 / `inputs`, which keep the scale of signals that pass through max(0, …).
  init(inputs: Int, outputs: Int, random: inout SplitMix64) {
    let bound = (6 / Float(inputs)).squareRoot()
    weights = Tensor(shape: [inputs, outputs]) { _ in bound * (2 * random.nextUniform() - 1) }
    bias = .zeros([1, outputs])
    (weightStep, biasStep) = (.zeros(weights.shape), .zeros(bias.shape))
  }

  var parameterCount: Int { weights.count + bias.count }

  func callAsFunction(_ input: Tensor<Float>) -> Tensor<Float> { product(input, weights, plus: bias) }

  func inputGradient(_ gradient: Tensor<Float>) -> Tensor<Float> { product(gradient, weights.transposed()) }

  mutating func descend(_ gradient: Tensor<Float>, input: Tensor<Float>, rate: Float) {
    let ones = Tensor<Float>(1).broadcast(to: [1, input.shape[0]])
    move(&weights, &weightStep, against: product(input.transposed(), gradient), rate: rate)
    move(&bias, &biasStep, against: product(ones, gradient), rate: rate)
  }
}

/// Repeats 0.9 of the last step and adds `rate` times the gradient, downhill.
private func move(
  _ parameters: inout Tensor<Float>,
  _ step: inout Tensor<Float>,
  against gradient: Tensor<Float>,
  rate: Float
) {
  step = Tensor(zip(step.scalars, gradient.scalars).map { 0.9 * $0 - rate * $1 }, shape: step.shape)
  parameters = Tensor(zip(parameters.scalars, step.scalars).map { $0 + $1 }, shape: step.shape)
}

/// The matrix a·b + c, where c may be a single row, added to each, or a single number.
func product(_ a: Tensor<Float>, _ b: Tensor<Float>, plus c: Tensor<Float> = 0) -> Tensor<Float> {
  let (rows, inner, columns) = (a.shape[0], a.shape[1], b.shape[1])
  var result = c.broadcast(to: [rows, columns])
  a.withSpan { a in
    b.withSpan { b in
      result.withMutableSpan { result in
        for row in 0..<rows {
          // Zeros are worth skipping: half of the pixels are blank, half of the hidden units at rest.
          for index in 0..<inner where a[row * inner + index] != 0 {
            let factor = a[row * inner + index]
            for column in 0..<columns {
              result[row * columns + column] += factor * b[index * columns + column]
            }
          }
        }
      }
    }
  }
  return result
}

/// The class with the highest logit in each row.
func predictions(_ logits: Tensor<Float>) -> [Int] {
  (0..<logits.shape[0]).map { row in
    let scores = logits[row, .all].scalars
    return scores.indices.max { scores[$0] < scores[$1] } ?? 0
  }
}
