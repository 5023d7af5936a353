import Losses

extension LossUnderTest {
  /// Pairs of boxes, some of which overlap.
  static func boxes(
    _ loss: some ReducingAdapter, _ shapes: [Shape], gradientsAreDerivatives: Bool = true
  ) -> [LossUnderTest] {
    shapes.map { shape in
      LossUnderTest(
        "\(loss) \(shape)", loss,
        Arguments(input: .boxes(shape, seed: 83), target: .boxes(shape, seed: 84)),
        gradientsAreDerivatives: gradientsAreDerivatives)
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
