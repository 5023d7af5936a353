package import Losses

/// A perceptron with one hidden layer: logits = max(0, x·W₁ + b₁)·W₂ + b₂, where each row of x is a sample.
package struct Network {
  private var first: Layer
  private var second: Layer

  package init(inputs: Int, hidden: Int, outputs: Int, random: inout SplitMix64) {
    first = Layer(inputs: inputs, outputs: hidden, random: &random)
    second = Layer(inputs: hidden, outputs: outputs, random: &random)
  }

  package var parameterCount: Int { first.parameterCount + second.parameterCount }

  package func callAsFunction(_ samples: Tensor<Float>) -> Tensor<Float> { logits(hiddenUnits(samples)) }

  package func hiddenUnits(_ samples: Tensor<Float>) -> Tensor<Float> { rectified(first(samples)) }

  package func logits(_ hidden: Tensor<Float>) -> Tensor<Float> { second(hidden) }

  /// Takes a step of gradient descent.
  ///
  /// - Parameters:
  ///   - gradient: The gradient of the loss with respect to the logits.
  ///   - hidden: The hidden units of the forward pass.
  ///   - samples: The input of the forward pass.
  ///   - rate: The learning rate.
  package mutating func descend(
    _ gradient: Tensor<Float>,
    hidden: Tensor<Float>,
    samples: Tensor<Float>,
    rate: Float
  ) {
    // The chain rule: through the second layer, then through max(0, …).
    let hiddenGradient = rectifierGradient(second.inputGradient(gradient), output: hidden)
    second.descend(gradient, input: hidden, rate: rate)
    first.descend(hiddenGradient, input: samples, rate: rate)
  }

  /// Moves the parameters the fraction `rate` of the way to those of `other`: a step of a running average.
  package mutating func approach(_ other: Network, rate: Float) {
    first.approach(other.first, rate: rate)
    second.approach(other.second, rate: rate)
  }
}
