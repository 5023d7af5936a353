package import Losses

/// A linear layer, x·W + b, trained by gradient descent with momentum.
package struct Layer {
  private var weights, bias: Tensor<Float>
  private var weightStep, biasStep: Tensor<Float>

  /// Creates a layer whose weights are uniform with variance 2 / `inputs`, which preserves the scale of signals through
  /// ReLU layers (K. He et al., 2015, https://doi.org/10.1109/ICCV.2015.123).
  package init(inputs: Int, outputs: Int, random: inout SplitMix64) {
    let bound = (6 / Float(inputs)).squareRoot()
    weights = Tensor(shape: [inputs, outputs]) { _ in bound * (2 * random.nextUniform() - 1) }
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
    let ones = Tensor<Float>(1).broadcast(to: [1, input.shape[0]])
    update(&weights, &weightStep, gradient: product(input.transposed(), gradient), rate: rate)
    update(&bias, &biasStep, gradient: product(ones, gradient), rate: rate)
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
