import ExampleTools
import Losses

/// A network of convolutions that scores each class at each pixel.
struct Segmenter {
  private static let classAxisLast: AxisList = [0, 2, 3, 1]
  private static let classAxisSecond: AxisList = [0, 3, 1, 2]

  private var convolutions: [Convolution] = []

  /// How many fields are scored at a time: the patches of all would take much memory.
  private static let scoredTogether = 16

  // Cross entropy looks at each pixel, and learns quickly. Dice looks at the whole region of a class, so that the few
  // pixels of a digit count as much as the many of the background.
  private let crossEntropy = CrossEntropyLoss()
  private let dice = DiceLoss()

  /// Creates a network with that many channels between its convolutions. A pixel of its output depends on 15×15 pixels: a
  /// digit around it, wherever in the digit it lies.
  init(channels: Int, random: inout SplitMix64) {
    let dilations = [1, 2, 3, 1]
    for (index, dilation) in dilations.enumerated() {
      convolutions.append(
        Convolution(
          inputs: index == 0 ? 1 : channels,
          outputs: index == dilations.count - 1 ? Field.classes : channels,
          dilation: dilation, random: &random))
    }
  }

  var parameterCount: Int { convolutions.reduce(0) { $0 + $1.parameterCount } }

  /// Takes a training step on a batch, and returns its loss.
  mutating func learn(_ batch: Batch, rate: Float) throws -> Float {
    let (scores, inputs, patches) = forward(batch.maps)

    // The objective is the sum of both losses, so the second adds its gradient to that of the first.
    var gradient = Tensor<Float>.zeros(scores.shape)
    let pixelLoss = try crossEntropy(scores, target: batch.labels).valueWithGradient(into: &gradient)
    let regionLoss = try dice(scores, target: batch.labels).valueWithGradient(addingTo: &gradient)

    // Backward through the convolutions and the rectifiers between them.
    var slopes = gradient.permuted(Self.classAxisLast).reshaped(to: [batch.labels.count, Field.classes])
    for index in convolutions.indices.reversed() {
      let outputSlopes = slopes
      if index > 0 {
        slopes = rectifierGradient(convolutions[index].inputGradient(outputSlopes), output: inputs[index])
      }
      convolutions[index].descend(outputSlopes, patches: patches[index], rate: rate)
    }
    return pixelLoss.item + regionLoss.item
  }

  /// The mean loss of some fields, and their mean intersection over union.
  func score(on fields: [Field]) throws -> Score {
    var (loss, predicted) = (Float(0), [Int]())
    for start in stride(from: 0, to: fields.count, by: Self.scoredTogether) {
      let batch = Batch(fields[start..<min(start + Self.scoredTogether, fields.count)])
      let scores = forward(batch.maps).scores
      let pixelLoss = try crossEntropy(scores, target: batch.labels).value()
      let regionLoss = try dice(scores, target: batch.labels).value()
      loss += (pixelLoss.item + regionLoss.item) * Float(batch.labels.shape[0])
      predicted += classes(scores)
    }
    return Score(
      loss: Double(loss) / Double(fields.count),
      accuracy: meanIoU(predicted: predicted, actual: fields.flatMap(\.labels)), accuracyName: "mean IoU")
  }

  /// The class with the highest score at each pixel of a field.
  func classes(of field: Field) -> [Int] { classes(forward(Batch([field]).maps).scores) }

  /// The scores, [N, classes, height, width], the input of each convolution, and its patches.
  private func forward(
    _ maps: Tensor<Float>
  ) -> (scores: Tensor<Float>, inputs: [Tensor<Float>], patches: [Tensor<Float>]) {
    var (inputs, patches, output) = ([Tensor<Float>](), [Tensor<Float>](), maps)
    for (index, convolution) in convolutions.enumerated() {
      inputs.append(index == 0 ? maps : rectified(output))
      patches.append(convolution.patches(of: inputs[index]))
      output = convolution(patches[index])
    }
    let scores = output.reshaped(to: [maps.shape[0], Field.side, Field.side, Field.classes])
    return (scores.permuted(Self.classAxisSecond), inputs, patches)
  }

  /// The class with the highest score at each pixel.
  private func classes(_ scores: Tensor<Float>) -> [Int] {
    let pixels = scores.permuted(Self.classAxisLast)
    return predictions(pixels.reshaped(to: [pixels.count / Field.classes, Field.classes]))
  }
}

/// The mean over the classes of intersection over union: of the pixels that are predicted to be of a class or are of it, the
/// fraction that is both.
private func meanIoU(predicted: [Int], actual: [Int]) -> Double {
  var intersections = Array(repeating: 0, count: Field.classes)
  var unions = intersections
  for (predicted, actual) in zip(predicted, actual) {
    unions[actual] += 1
    if predicted == actual { intersections[actual] += 1 } else { unions[predicted] += 1 }
  }
  // A class that is neither there nor predicted is not mistaken.
  let overlaps = zip(intersections, unions).map { $1 == 0 ? 1 : Double($0) / Double($1) }
  return overlaps.reduce(0, +) / Double(Field.classes)
}
