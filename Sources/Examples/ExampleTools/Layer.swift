package import Losses

/// A linear layer, x·W + b, trained by gradient descent with momentum.
package struct Layer {
  private var weights, bias: Tensor<Float>
  private var weightStep, biasStep: Tensor<Float>

  package init(inputs: Int, outputs: Int, random: inout SplitMix64) {
    weights = random.nextWeights(inputs: inputs, outputs: outputs)
    bias = .zeros([1, outputs])
    (weightStep, biasStep) = (.zeros(weights.shape), .zeros(bias.shape))
  }

  package var parameterCount: Int { weights.count + bias.count }

  /// The output for each row of `input`.
  package func callAsFunction(_ input: Tensor<Float>) -> Tensor<Float> { product(input, weights, plus: bias) }

  /// The gradient with respect to the input, given that with respect to the output.
  package func inputGradient(_ gradient: Tensor<Float>) -> Tensor<Float> {
    product(gradient, weights.transposed())
  }

  /// Takes a step of gradient descent, given the gradient with respect to the output.
  package mutating func descend(_ gradient: Tensor<Float>, input: Tensor<Float>, rate: Float) {
    update(&weights, &weightStep, gradient: product(input.transposed(), gradient), rate: rate)
    update(&bias, &biasStep, gradient: columnSums(gradient), rate: rate)
  }
}

extension Layer {
  /// Moves the parameters the fraction `rate` of the way to those of `other`.
  package mutating func approach(_ other: Layer, rate: Float) {
    weights = Tensor(
      zip(weights.scalars, other.weights.scalars).map { $0 + rate * ($1 - $0) }, shape: weights.shape)
    bias = Tensor(zip(bias.scalars, other.bias.scalars).map { $0 + rate * ($1 - $0) }, shape: bias.shape)
  }
}

/// Takes a step of momentum 0.9: the new step is 0.9 times the last one minus `rate` times the gradient.
private func update(
  _ parameters: inout Tensor<Float>,
  _ step: inout Tensor<Float>,
  gradient: Tensor<Float>,
  rate: Float
) {
  step = Tensor(zip(step.scalars, gradient.scalars).map { 0.9 * $0 - rate * $1 }, shape: step.shape)
  parameters = Tensor(zip(parameters.scalars, step.scalars).map { $0 + $1 }, shape: step.shape)
}
