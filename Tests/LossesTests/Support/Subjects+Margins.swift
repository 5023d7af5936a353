import Foundation
import Losses

extension Subject {
  static let margins = signed + multiMargins + multiLabel

  private static let signed: [Subject] = {
    let shape: Shape = [3, 4]
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: 61)
    let other = Tensor<Double>.random(in: -3..<3, shape, seed: 62)
    let answers = Tensor<Int>.random(in: 0..<2, shape, seed: 63).map { Double(2 * $0 - 1) }
    // By the scores in either order, and by the answer.
    let rankings = [[0, 1, 2], [1, 2, 0]].map { slots in
      let tensors = [input, other, answers]
      return Subject(
        name: "MarginRanking by \(slots)",
        form: RankingForm(slots: slots) { MarginRankingLoss(margin: 0.5, reduction: $0) },
        arguments: Arguments(
          input: tensors[slots[0]], target: tensors[slots[1]], weight: tensors[slots[2]]),
        expected: Tensor(shape: shape) { max(0, -answers[$0] * (input[$0] - other[$0]) + 0.5) },
        meanDenominator: 12, batch: 3)
    }
    let bare = Arguments(input: input, target: answers)
    return rankings + [
      Subject("SoftMargin", ElementwiseForm { SoftMarginLoss(reduction: $0) }, bare) { x, y, _ in
        log(1 + exp(-y * x))
      },
      Subject(
        "HingeEmbedding",
        InputOnly(base: ElementwiseForm { HingeEmbeddingLoss(margin: 1.3, reduction: $0) }), bare
      ) { x, y, _ in y == 1 ? x : max(0, 1.3 - x) },
      Subject(
        "HingeEmbedding of other answers",
        InputOnly(base: ElementwiseForm { HingeEmbeddingLoss(reduction: $0) }),
        Arguments(input: input, target: answers.map { $0 / 2 })
      ) { x, _, _ in x + max(0, 1 - x) },
    ]
  }()

  private static let multiMargins: [Subject] = {
    let shapes: [Shape] = [[4], [5, 4], [3, 1]]
    return shapes.flatMap { shape in
      [1, 2].flatMap { p in [false, true].map { Subject(multiMargin: shape, p: p, isWeighted: $0) } }
    }
  }()

  init(multiMargin shape: Shape, p: Int, isWeighted: Bool) {
    let classes = shape.last!
    let sampleShape = Shape(shape.dropLast())
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 64)
    let labels = Tensor<Int>.random(in: 0..<classes, sampleShape, seed: 65)
    let weight = isWeighted ? Tensor<Double>.random(in: 0.2..<2, [classes], seed: 66) : nil
    let w = weight?.scalars ?? Array(repeating: 1, count: classes)
    let values = zip(input.rows, labels.scalars).map { row, label in
      let gaps = row.indices.map { $0 == label ? 0 : max(0, 0.7 - row[label] + row[$0]) }
      return gaps.reduce(0) { $0 + w[label] * (p == 1 ? $1 : $1 * $1) } / Double(classes)
    }
    self.init(
      name: "MultiMargin \(shape) p \(p)\(isWeighted ? " weighted" : "")",
      form: LabelForm { MultiMarginLoss(p: p, margin: 0.7, reduction: $0) },
      arguments: Arguments(input: input, labels: labels, weight: weight),
      expected: Tensor(values, shape: sampleShape), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }

  private static let multiLabel: [Subject] = {
    let shapes: [Shape] = [[5], [4, 5]]
    let lists = shapes.map { shape in
      // All kinds of lists: some, one twice and followed by what does not count, none, and all.
      let labels: [[Int]] = [[3, 0, -1, -1, -1], [2, 2, 4, -1, 1], [-1, 0, 1, 2, 3], [4, 3, 2, 1, 0]]
      return Subject(
        labelLists: .random(in: -1..<1, shape, seed: 67),
        Tensor(Array(labels.joined().prefix(shape.elementCount)), shape: shape))
    }
    let weights: [Shape?] = [nil, [4], [3, 1], [2, 3, 4]]
    return lists
      + weights.map { Subject(multiLabelSoftMargin: [2, 3, 4], weight: $0) }
      + [Subject(multiLabelSoftMargin: [4], weight: nil)]
  }()

  init(labelLists input: Tensor<Double>, _ labels: Tensor<Int>) {
    let values = zip(input.rows, labels.rows).map { row, list in
      let right = list.prefix { $0 != -1 }
      let wrong = row.indices.filter { !right.contains($0) }
      return right.reduce(0) { sum, label in
        wrong.reduce(sum) { $0 + max(0, 1 - row[label] + row[$1]) }
      } / Double(row.count)
    }
    self.init(
      name: "MultiLabelMargin \(input.shape)", form: LabelListForm(),
      arguments: Arguments(input: input, labels: labels),
      expected: Tensor(values, shape: Shape(input.shape.dropLast())), meanDenominator: Double(values.count),
      batch: Double(values.count))
  }

  init(multiLabelSoftMargin shape: Shape, weight weightShape: Shape?) {
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: 68)
    let target = Tensor<Double>.random(in: 0..<1, shape, seed: 69)
    let weight = weightShape.map { Tensor<Double>.random(in: 0.2..<2, $0, seed: 70) }
    let weights = (weight ?? Tensor(1)).broadcast(to: shape).rows
    let values = zip(zip(input.rows, target.rows), weights).map { pair, w in
      let (x, t) = pair
      let sum = x.indices.reduce(0) {
        $0 + w[$1] * (t[$1] * log(1 + exp(-x[$1])) + (1 - t[$1]) * log(1 + exp(x[$1])))
      }
      return sum / Double(x.count)
    }
    self.init(
      name: "MultiLabelSoftMargin \(shape), weight \(weightShape?.description ?? "absent")",
      form: MultiLabelForm(), arguments: Arguments(input: input, target: target, weight: weight),
      expected: Tensor(values, shape: Shape(shape.dropLast())), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }
}

extension Tensor {
  /// The vectors along the last axis.
  var rows: [[Scalar]] {
    let (all, length) = (scalars, shape.last!)
    return (0..<count / length).map { Array(all[$0 * length..<($0 + 1) * length]) }
  }
}
