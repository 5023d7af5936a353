package import Losses

/// The rectifier max(0, x), applied to each element.
package func rectified(_ input: Tensor<Float>) -> Tensor<Float> { input.map { max(0, $0) } }

/// The gradient with respect to the rectifier's input, given that with respect to its output: 0 where the output is 0.
package func rectifierGradient(_ gradient: Tensor<Float>, output: Tensor<Float>) -> Tensor<Float> {
  Tensor(zip(gradient.scalars, output.scalars).map { $1 > 0 ? $0 : 0 }, shape: gradient.shape)
}
