package import Losses

/// A perceptron with one hidden layer: logits = max(0, x·W₁ + b₁)·W₂ + b₂, with a sample in each row of x.
package struct Network {
  private var first: Layer
  private var second: Layer

  package init(inputs: Int, hidden: Int, outputs: Int, random: inout SplitMix64) {
    first = Layer(inputs: inputs, outputs: hidden, random: &random)
    second = Layer(inputs: hidden, outputs: outputs, random: &random)
  }

  package var parameterCount: Int { first.parameterCount + second.parameterCount }

  package func callAsFunction(_ samples: Tensor<Float>) -> Tensor<Float> { logits(hiddenUnits(samples)) }

  package func hiddenUnits(_ samples: Tensor<Float>) -> Tensor<Float> { first(samples).map { max(0, $0) } }

  package func logits(_ hidden: Tensor<Float>) -> Tensor<Float> { second(hidden) }

  /// Takes a step against the gradient, which is that of the loss with respect to the logits.
  package mutating func descend(
    _ gradient: Tensor<Float>,
    hidden: Tensor<Float>,
    samples: Tensor<Float>,
    rate: Float
  ) {
    // The chain rule: through the second layer, then through max(0, …), which is flat where a unit is at rest.
    let hiddenGradient = zip(second.inputGradient(gradient).scalars, hidden.scalars).map { $1 > 0 ? $0 : 0 }
    second.descend(gradient, input: hidden, rate: rate)
    first.descend(Tensor(hiddenGradient, shape: hidden.shape), input: samples, rate: rate)
  }

  /// Goes a share of the way to another network, for a running mean.
  package mutating func approach(_ other: Network, by share: Float) {
    first.approach(other.first, by: share)
    second.approach(other.second, by: share)
  }
}
