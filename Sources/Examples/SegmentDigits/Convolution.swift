import ExampleTools
import Losses

/// A convolution over maps of shape [N, height, width, inputs].
///
/// The 3×3 pixels around each pixel, `dilation` pixels apart and 0 outside the map, are multiplied by weights; a bias is
/// added.
struct Convolution {
  /// The number of pixels around a pixel, itself included.
  private static let taps = 9

  /// [9·inputs, outputs].
  private var weights: Parameter
  /// [1, outputs].
  private var bias: Parameter
  private let inputs: Int
  private let dilation: Int

  init(inputs: Int, outputs: Int, dilation: Int, random: inout SplitMix64) {
    weights = Parameter(random.nextWeights(inputs: Self.taps * inputs, outputs: outputs))
    bias = Parameter(.zeros([1, outputs]))
    self.inputs = inputs
    self.dilation = dilation
  }

  var parameterCount: Int { weights.value.count + bias.value.count }

  /// The output for each pixel, [N·height·width, outputs], given the pixels around it.
  func callAsFunction(_ patches: Tensor<Float>) -> Tensor<Float> {
    product(patches, weights.value, plus: bias.value)
  }

  /// The pixels around each pixel, [N·height·width, 9·inputs].
  func patches(of maps: Tensor<Float>) -> Tensor<Float> {
    var patches = Tensor<Float>.zeros([maps.count / inputs, Self.taps * inputs])
    maps.withSpan { maps in
      patches.withMutableSpan { patches in
        forEachNeighbour(in: maps.count / inputs) { patch, pixel in
          for channel in 0..<inputs { patches[patch + channel] = maps[pixel + channel] }
        }
      }
    }
    return patches
  }

  /// The gradient with respect to the maps, given that with respect to the output.
  func inputGradient(_ gradient: Tensor<Float>) -> Tensor<Float> {
    let pixels = gradient.shape[0]
    var result = Tensor<Float>.zeros([pixels, inputs])
    product(gradient, weights.value.transposed()).withSpan { patches in
      result.withMutableSpan { maps in
        forEachNeighbour(in: pixels) { patch, pixel in
          for channel in 0..<inputs { maps[pixel + channel] += patches[patch + channel] }
        }
      }
    }
    return result
  }

  /// Takes a training step, given the gradient with respect to the output.
  mutating func descend(_ gradient: Tensor<Float>, patches: Tensor<Float>, rate: Float) {
    weights.descend(product(patches.transposed(), gradient), rate: rate)
    bias.descend(columnSums(gradient), rate: rate)
  }

  /// Calls `body` with the place of each neighbour's first channel in the patches, and in the maps.
  private func forEachNeighbour(in pixels: Int, _ body: (_ patch: Int, _ pixel: Int) -> Void) {
    let field = 0..<Field.side
    for pixel in 0..<pixels {
      let (row, x) = pixel.quotientAndRemainder(dividingBy: Field.side)
      let y = row % Field.side
      for tap in 0..<Self.taps {
        let (dy, dx) = (dilation * (tap / 3 - 1), dilation * (tap % 3 - 1))
        guard field.contains(y + dy), field.contains(x + dx) else { continue }
        body((Self.taps * pixel + tap) * inputs, (pixel + dy * Field.side + dx) * inputs)
      }
    }
  }
}
