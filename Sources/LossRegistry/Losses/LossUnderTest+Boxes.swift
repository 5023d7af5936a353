import Losses

/// Two boxes and the areas that losses of boxes are made of, by their plain formulas.
struct PlainBoxes {
  let (a, b): ([Double], [Double])

  var intersection: Double {
    max(0, min(a[2], b[2]) - max(a[0], b[0])) * max(0, min(a[3], b[3]) - max(a[1], b[1]))
  }
  var union: Double { (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - intersection }
  var enclosing: (width: Double, height: Double) {
    (max(a[2], b[2]) - min(a[0], b[0]), max(a[3], b[3]) - min(a[1], b[1]))
  }
  var squaredOffset: Double {
    let (x, y) = ((a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2)
    return x * x + y * y
  }

  /// The distance IoU loss.
  func distance(_ eps: Double) -> Double {
    let (width, height) = enclosing
    return 1 - intersection / (union + eps) + squaredOffset / (width * width + height * height + eps)
  }
}

extension LossUnderTest {
  /// Pairs of boxes, some of which overlap.
  static func boxes(
    _ loss: some ReducingAdapter, _ shapes: [Shape], gradientsAreDerivatives: Bool = true,
    formula: (PlainBoxes) -> Double
  ) -> [LossUnderTest] {
    shapes.map { shape in
      let (input, target) = (Tensor<Double>.boxes(shape, seed: 83), Tensor<Double>.boxes(shape, seed: 84))
      let values = zip(input.rows, target.rows).map { formula(PlainBoxes(a: $0, b: $1)) }
      var sample = LossUnderTest(
        name: "\(loss) \(shape)", loss: loss, arguments: Arguments(input: input, target: target),
        expected: Tensor(values, shape: Shape(shape.dropLast())), meanDenominator: Double(values.count),
        batch: shape.count == 1 ? 1 : Double(shape[0]))
      sample.gradientsAreDerivatives = gradientsAreDerivatives
      return sample
    }
  }

  static let boxShapes: [Shape] = [[4], [6, 4], [2, 3, 4]]
  static let largeBoxShapes: [Shape] = [[20_000, 4]]
}

extension Tensor where Scalar == Double {
  fileprivate static func boxes(_ shape: Shape, seed: UInt64) -> Tensor {
    Tensor.random(in: -1..<1, shape, seed: seed).completingBoxes(
      sizes: .random(in: 0.2..<2, shape, seed: seed + 10))
  }

  /// Returns boxes whose corners are the first numbers of each row, and whose sizes are those of the same row of another.
  func completingBoxes(sizes: Tensor) -> Tensor {
    Tensor(
      zip(rows, sizes.rows).flatMap { corner, size in
        [corner[0], corner[1], corner[0] + size[0], corner[1] + size[1]]
      }, shape: shape)
  }
}
