import Foundation
package import Losses

extension LossUnderTest {
  /// Shapes of scores for classes: without a batch, with one, and with further axes.
  static let classShapes: [Shape] = [[4], [5, 4], [3, 4, 2], [2, 3, 2, 3]]

  package enum ClassTarget { case nll, labels, probabilities }

  /// A loss over classes of random scores. Some of the labels are ignored where there is an index for that.
  package init(
    _ name: String, _ target: ClassTarget, _ shape: Shape, isWeighted: Bool = false,
    ignoreIndex: Int? = nil, smoothing: Double = 0, zLoss: Double = 0, softCap: Double? = nil
  ) {
    let axis = shape.count == 1 ? 0 : 1
    let classes = shape[axis]
    let sampleShape = shape.dropping(axis: axis)
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 11)
    let weights = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 12)
    let drawn = Tensor<Int>.random(in: 0..<classes, sampleShape, seed: 14)
    var labels = drawn
    // The last of the labels counts, or the mean would be that of nothing.
    if let ignoreIndex {
      labels = Tensor(
        drawn.scalars.enumerated().map { position, label in
          position == drawn.count - 1 ? classes - 1 : position.isMultiple(of: 3) ? ignoreIndex : label
        },
        shape: sampleShape)
    }
    let probabilities = Tensor<Double>.random(in: 0.05..<1, shape, seed: 13).normalized(axis: axis)
    let w = isWeighted ? weights.scalars : Array(repeating: 1, count: classes)

    let scores = input.scalars.map { x in softCap.map { $0 * tanh(x / $0) } ?? x }
    let (shares, targets) = (probabilities.scalars, labels.scalars)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let values = targets.enumerated().map { column, label -> Double in
      if label == ignoreIndex { return 0 }
      func place(_ index: Int) -> Int { (column / inner * classes + index) * inner + column % inner }
      if target == .nll { return -w[label] * scores[place(label)] }
      let total = log((0..<classes).reduce(0) { $0 + exp(scores[place($1)]) })
      return (0..<classes).reduce(zLoss * total * total) { sum, index in
        let t = target == .labels ? (index == label ? 1 : 0) : shares[place(index)]
        let smoothed = (1 - smoothing) * t + smoothing / Double(classes)
        return sum - w[index] * smoothed * (scores[place(index)] - total)
      }
    }
    let labelWeights = labels.scalars.reduce(0) { $0 + ($1 == ignoreIndex ? 0 : w[$1]) }
    let loss: any Adapter =
      switch target {
      case .nll: NLLLoss(ignoreIndex: ignoreIndex)
      case .labels:
        CrossEntropyLoss(
          ignoreIndex: ignoreIndex, labelSmoothing: smoothing, zLoss: zLoss, softCap: softCap)
      case .probabilities: CrossEntropyLoss(labelSmoothing: smoothing, zLoss: zLoss, softCap: softCap)
      }
    self.init(
      name: name, loss: loss,
      arguments: Arguments(
        input: input, target: target == .probabilities ? probabilities : nil,
        labels: target == .probabilities ? nil : labels, weight: isWeighted ? weights : nil),
      expected: Tensor(values, shape: sampleShape),
      meanDenominator: target == .probabilities ? Double(sampleShape.elementCount) : labelWeights,
      batch: shape.count == 1 ? 1 : Double(shape[0]), shared: ["weight"])
  }

  /// A loss of the label's probability: the calls of cross entropy, whose value is −w·log p.
  ///
  /// - Parameter formula: The loss at −log p, without the weight.
  package init(
    _ name: String, _ loss: any Adapter, _ shape: Shape, isWeighted: Bool = false, ignoreIndex: Int? = nil,
    formula: (_ entropy: Double) -> Double
  ) {
    self.init(name, .labels, shape, isWeighted: isWeighted, ignoreIndex: ignoreIndex)
    self.loss = loss
    let weights = arguments.weight?.scalars
    let values = zip(expected.scalars, arguments.labels.ints.scalars).map { value, label in
      if label == ignoreIndex { return 0.0 }
      let weight = weights?[label] ?? 1
      return weight * formula(value / weight)
    }
    expected = Tensor(values, shape: expected.shape)
  }
}
