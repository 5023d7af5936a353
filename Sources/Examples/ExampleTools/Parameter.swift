package import Losses

/// Numbers that are trained with Adam (D. P. Kingma, J. Ba, 2015, https://doi.org/10.48550/arXiv.1412.6980).
package struct Parameter {
  package private(set) var value: Tensor<Float>
  /// The running averages of the gradient and of its square, and what the first gradients lack in them.
  private var mean: Tensor<Float>
  private var square: Tensor<Float>
  private var missingMean: Float = 1
  private var missingSquare: Float = 1

  package init(_ value: Tensor<Float>) {
    self.value = value
    (mean, square) = (.zeros(value.shape), .zeros(value.shape))
  }

  /// Takes a step, given the gradient.
  package mutating func descend(_ gradient: Tensor<Float>, rate: Float) {
    let (meanDecay, squareDecay): (Float, Float) = (0.9, 0.99)
    missingMean *= meanDecay
    missingSquare *= squareDecay
    let step = rate / (1 - missingMean)
    let squareScale = 1 / (1 - missingSquare)
    gradient.withSpan { gradient in
      value.withMutableSpan { value in
        mean.withMutableSpan { mean in
          square.withMutableSpan { square in
            for index in gradient.indices {
              let slope = gradient[index]
              mean[index] = meanDecay * mean[index] + (1 - meanDecay) * slope
              square[index] = squareDecay * square[index] + (1 - squareDecay) * slope * slope
              value[index] -= step * mean[index] / ((square[index] * squareScale).squareRoot() + 1e-8)
            }
          }
        }
      }
    }
  }
}
