import Foundation
import Losses

extension Subject {
  static let classes: [Subject] = {
    let shapes: [Shape] = [[4], [5, 4], [3, 4, 2], [2, 3, 2, 3]]
    let nll = shapes.flatMap { shape in
      [
        Subject("NLL \(shape)", .nll, shape),
        Subject("NLL \(shape) weighted", .nll, shape, isWeighted: true),
        Subject("NLL \(shape) weighted, ignoring", .nll, shape, isWeighted: true, ignoreIndex: 1),
      ]
    }
    let labels = shapes.flatMap { shape in
      [
        Subject("CrossEntropy \(shape)", .labels, shape),
        Subject("CrossEntropy \(shape) ignoring", .labels, shape, ignoreIndex: -7),
        Subject("CrossEntropy \(shape) weighted", .labels, shape, isWeighted: true),
        Subject(
          "CrossEntropy \(shape) weighted, smoothed, ignoring", .labels, shape, isWeighted: true,
          ignoreIndex: 0,
          smoothing: 0.3),
        Subject("CrossEntropy \(shape) smoothed", .labels, shape, smoothing: 1),
      ]
    }
    let probabilities = shapes.flatMap { shape in
      [
        Subject("CrossEntropy \(shape) of probabilities", .probabilities, shape),
        Subject("CrossEntropy \(shape) of probabilities, weighted", .probabilities, shape, isWeighted: true),
        Subject(
          "CrossEntropy \(shape) of probabilities, weighted, smoothed", .probabilities, shape,
          isWeighted: true,
          smoothing: 0.3),
      ]
    }
    return nll + labels + probabilities
  }()

  enum Target { case nll, labels, probabilities }

  /// A loss over classes, of random scores and of labels among which are ignored ones where there is an index for
  /// them.
  init(
    _ name: String, _ target: Target, _ shape: Shape, isWeighted: Bool = false, ignoreIndex: Int? = nil,
    smoothing: Double = 0
  ) {
    let axis = shape.count == 1 ? 0 : 1
    let classes = shape[axis]
    let sampleShape = shape.dropping(axis: axis)
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 11)
    let weights = Tensor<Double>.random(in: 0.2..<2, [classes], seed: 12)
    let drawn = Tensor<Int>.random(in: 0..<classes, sampleShape, seed: 14)
    var labels = drawn
    // The last of the labels counts, or it would be a mean of nothing.
    if let ignoreIndex {
      labels = Tensor(
        drawn.scalars.enumerated().map { position, label in
          position == drawn.count - 1 ? classes - 1 : position.isMultiple(of: 3) ? ignoreIndex : label
        },
        shape: sampleShape)
    }
    let probabilities = Tensor<Double>.random(in: 0.05..<1, shape, seed: 13).normalized(axis: axis)
    let w = isWeighted ? weights.scalars : Array(repeating: 1, count: classes)

    let (scores, shares, targets) = (input.scalars, probabilities.scalars, labels.scalars)
    let inner = shape[(axis + 1)...].reduce(1, *)
    let values = targets.enumerated().map { column, label -> Double in
      if label == ignoreIndex { return 0 }
      func place(_ index: Int) -> Int { (column / inner * classes + index) * inner + column % inner }
      if target == .nll { return -w[label] * scores[place(label)] }
      let total = log((0..<classes).reduce(0) { $0 + exp(scores[place($1)]) })
      return (0..<classes).reduce(0) { sum, index in
        let t = target == .labels ? (index == label ? 1 : 0) : shares[place(index)]
        let smoothed = (1 - smoothing) * t + smoothing / Double(classes)
        return sum - w[index] * smoothed * (scores[place(index)] - total)
      }
    }
    let labelWeights = labels.scalars.reduce(0) { $0 + ($1 == ignoreIndex ? 0 : w[$1]) }
    let form: any Form =
      switch target {
      case .nll: LabelForm { NLLLoss(ignoreIndex: ignoreIndex, reduction: $0) }
      case .labels:
        LabelForm { CrossEntropyLoss(ignoreIndex: ignoreIndex, labelSmoothing: smoothing, reduction: $0) }
      case .probabilities: ProbabilityForm { CrossEntropyLoss(labelSmoothing: smoothing, reduction: $0) }
      }
    self.init(
      name: name, form: form,
      arguments: Arguments(
        input: input, target: target == .probabilities ? probabilities : nil,
        labels: target == .probabilities ? nil : labels, weight: isWeighted ? weights : nil),
      expected: Tensor(values, shape: sampleShape),
      meanDenominator: target == .probabilities ? Double(sampleShape.elementCount) : labelWeights,
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }
}

extension Shape {
  /// These numbers without one of them.
  func dropping(axis: Int) -> Shape { Shape(indices.filter { $0 != axis }.map { self[$0] }) }

  /// These numbers and one more.
  func inserting(_ value: Int, axis: Int) -> Shape {
    Shape(Array(self[..<axis]) + [value] + Array(self[axis...]))
  }
}

extension Tensor where Scalar == Double {
  /// Positive numbers divided by their sum along an axis.
  func normalized(axis: Int) -> Tensor {
    let (length, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    let numbers = scalars
    var sums = Array(repeating: 0.0, count: count / length)
    func column(of position: Int) -> Int { position / (length * inner) * inner + position % inner }
    for (position, number) in numbers.enumerated() { sums[column(of: position)] += number }
    return Tensor(numbers.enumerated().map { $1 / sums[column(of: $0)] }, shape: shape)
  }
}
