package import Losses

/// Numbers that are trained with Adam (D. P. Kingma, J. Ba, 2015, https://doi.org/10.48550/arXiv.1412.6980).
package struct Parameter {
  /// How much of the running averages a step keeps: β₁ and β₂.
  private static let meanDecay: Float = 0.9
  private static let squareDecay: Float = 0.99
  private static let epsilon: Float = 1e-8

  package private(set) var value: Tensor<Float>
  /// The running averages of the gradient and of its square. Both start at 0.
  private var mean: Tensor<Float>
  private var square: Tensor<Float>
  /// β₁ᵗ and β₂ᵗ after t steps: the weight that the initial 0 still has in each average.
  private var meanDecayPower: Float = 1
  private var squareDecayPower: Float = 1

  package init(_ value: Tensor<Float>) {
    self.value = value
    (mean, square) = (.zeros(value.shape), .zeros(value.shape))
  }

  /// Takes a step, given the gradient.
  package mutating func descend(_ gradient: Tensor<Float>, rate: Float) {
    meanDecayPower *= Self.meanDecay
    squareDecayPower *= Self.squareDecay
    // The averages of the gradients alone, without the initial 0, are larger by these factors.
    let step = rate / (1 - meanDecayPower)
    let squareScale = 1 / (1 - squareDecayPower)
    gradient.withSpan { gradient in
      value.withMutableSpan { value in
        mean.withMutableSpan { mean in
          square.withMutableSpan { square in
            for index in gradient.indices {
              let slope = gradient[index]
              mean[index] = Self.meanDecay * mean[index] + (1 - Self.meanDecay) * slope
              square[index] = Self.squareDecay * square[index] + (1 - Self.squareDecay) * slope * slope
              value[index] -= step * mean[index] / ((square[index] * squareScale).squareRoot() + Self.epsilon)
            }
          }
        }
      }
    }
  }
}
