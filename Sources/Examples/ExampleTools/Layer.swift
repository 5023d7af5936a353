package import Losses

/// A layer x·W + b that learns by gradient descent with momentum.
package struct Layer {
  private var weights, bias: Tensor<Float>
  private var weightStep, biasStep: Tensor<Float>

  /// Uniform weights of variance 2 / `inputs`, which keep the scale of signals that pass through max(0, …).
  package init(inputs: Int, outputs: Int, random: inout SplitMix64) {
    let bound = (6 / Float(inputs)).squareRoot()
    weights = Tensor(shape: [inputs, outputs]) { _ in bound * (2 * random.nextUniform() - 1) }
    bias = .zeros([1, outputs])
    (weightStep, biasStep) = (.zeros(weights.shape), .zeros(bias.shape))
  }

  package var parameterCount: Int { weights.count + bias.count }

  package func callAsFunction(_ input: Tensor<Float>) -> Tensor<Float> { product(input, weights, plus: bias) }

  package func inputGradient(_ gradient: Tensor<Float>) -> Tensor<Float> {
    product(gradient, weights.transposed())
  }

  package mutating func descend(_ gradient: Tensor<Float>, input: Tensor<Float>, rate: Float) {
    let ones = Tensor<Float>(1).broadcast(to: [1, input.shape[0]])
    move(&weights, &weightStep, against: product(input.transposed(), gradient), rate: rate)
    move(&bias, &biasStep, against: product(ones, gradient), rate: rate)
  }
}

extension Layer {
  package mutating func approach(_ other: Layer, by share: Float) {
    weights = Tensor(
      zip(weights.scalars, other.weights.scalars).map { $0 + share * ($1 - $0) }, shape: weights.shape)
    bias = Tensor(zip(bias.scalars, other.bias.scalars).map { $0 + share * ($1 - $0) }, shape: bias.shape)
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
private func product(_ a: Tensor<Float>, _ b: Tensor<Float>, plus c: Tensor<Float> = 0) -> Tensor<Float> {
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
