package import Losses

extension LossUnderTest {
  /// Shapes of scores for classes: without a batch, with one, and with further axes.
  static let classShapes: [Shape] = [[4], [5, 4], [3, 4, 2], [2, 3, 2, 3]]
}

extension Arguments<Double> {
  /// Scores of classes with labels, some of which are those of an index to ignore.
  package static func labelled(_ shape: Shape, isWeighted: Bool = false, ignoreIndex: Int? = nil) -> Arguments
  {
    let axis = shape.count == 1 ? 0 : 1
    let (classes, sampleShape) = (shape[axis], shape.dropping(axis: axis))
    let drawn = Tensor<Int>.random(in: 0..<classes, sampleShape, seed: 14)
    // The last of the labels counts, or the mean would be that of nothing.
    let labels = drawn.scalars.enumerated().map { position, label in
      guard let ignoreIndex else { return label }
      return position == drawn.count - 1 ? classes - 1 : position.isMultiple(of: 3) ? ignoreIndex : label
    }
    return Arguments(
      input: .random(in: -2..<2, shape, seed: 11), labels: Tensor(labels, shape: sampleShape),
      weight: isWeighted ? .random(in: 0.2..<2, [classes], seed: 12) : nil)
  }

  /// Scores of classes with a probability of each.
  package static func ofProbabilities(_ shape: Shape, isWeighted: Bool = false) -> Arguments {
    let axis = shape.count == 1 ? 0 : 1
    return Arguments(
      input: .random(in: -2..<2, shape, seed: 11),
      target: Tensor.random(in: 0.05..<1, shape, seed: 13).normalized(axis: axis),
      weight: isWeighted ? .random(in: 0.2..<2, [shape[axis]], seed: 12) : nil)
  }
}
