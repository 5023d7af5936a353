import LossRegistry
import Losses

extension InvalidCall {
  static let margins = multiMargins + labelLists + multiLabels + rankings

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  private static let multiMargins: [InvalidCall] = {
    let loss = MultiMarginLoss()
    let good = Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2]))
    let powers = [0, 3, -1, .min].map { (p: Int) in
      hyperparameter("MultiMargin", MultiMarginLoss(p: p), good, "p", Double(p), "\(p)", "1 or 2")
    }
    // Integers that `Double` would round keep their digits.
    let longPowers = [(Int.max, "9223372036854775807"), ((1 << 53) + 1, "9007199254740993")].map { p, text in
      InvalidCall(
        "MultiMargin of p \(p)", MultiMarginLoss(p: p), good,
        .invalidInteger(name: "p", value: p, requirement: "1 or 2"), "p is \(text), but it must be 1 or 2")
    }
    let ranks = ([[2, 3, 4], [2, 0], [0]] as [Shape]).map { shape in
      unsupported(
        "MultiMargin", loss,
        Arguments(input: zeros(shape), labels: Tensor<Int>.zeros(Shape(shape.dropLast()))),
        "only [classes] and [N, classes] are possible, with at least one class")
    }
    let labels = [3, -1, -100, .min, .max].map { (label: Int) in
      InvalidCall(
        "MultiMargin: label \(label)", loss, Arguments(input: zeros([2, 3]), labels: Tensor([2, label])),
        .labelOutOfRange(
          argument: "target", position: [1], label: "\(label)", classCount: 3, ignoreIndex: nil),
        "target[1] is \(label), but there are 3 classes")
    }
    return powers + longPowers + ranks + labels + [
      mismatch(
        "MultiMargin", loss, Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([3])), "target", [3],
        expected: [2]),
      mismatch(
        "MultiMargin", loss, Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2, 3])), "target",
        [2, 3],
        expected: [2]),
      mismatch(
        "MultiMargin", loss,
        Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2]), weight: zeros([2])),
        "weight", [2], expected: [3]),
      mismatch("MultiMargin", loss, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
      mismatch(
        "MultiMargin", loss, good, upstream: zeros([2]), reduction: .sum, "upstream", [2], expected: []),
    ]
  }()

  private static let labelLists: [InvalidCall] = {
    let loss = MultiLabelMarginLoss()
    let good = Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2, 3]))
    let labels = [3, -2, .min, .max].flatMap { (label: Int) in
      // Before the end of the list and after it.
      [([1, label, -1], 1), ([-1, 0, label], 2)].map { list, place in
        InvalidCall(
          "MultiLabelMargin: label \(label) at \(place)", loss,
          Arguments(input: zeros([2, 3]), labels: Tensor([0, -1, -1] + list, shape: [2, 3])),
          .labelOutOfRange(
            argument: "target", position: [1, place], label: "\(label)", classCount: 3, ignoreIndex: -1),
          "target[1, \(place)] is \(label), but there are 3 classes and ignoreIndex is -1")
      }
    }
    return labels + [
      unsupported(
        "MultiLabelMargin", loss, Arguments(input: zeros([2, 3, 4]), labels: Tensor<Int>.zeros([2, 3, 4])),
        "only [classes] and [N, classes] are possible, with at least one class"),
      mismatch(
        "MultiLabelMargin", loss, Arguments(input: zeros([2, 3]), labels: Tensor<Int>.zeros([2])), "target",
        [2],
        expected: [2, 3]),
      mismatch(
        "MultiLabelMargin", loss, Arguments(input: zeros([3]), labels: Tensor<Int>.zeros([])), "target", [],
        expected: [3]),
      mismatch("MultiLabelMargin", loss, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
      mismatch(
        "MultiLabelMargin", loss, good, upstream: zeros([1]), reduction: .mean, "upstream", [1], expected: []),
    ]
  }()

  private static let multiLabels: [InvalidCall] = {
    let loss = MultiLabelSoftMarginLoss()
    let good = Arguments(input: zeros([2, 3]), target: zeros([2, 3]))
    let weights = ([[2], [2, 1, 3], [4, 3]] as [Shape]).map { shape in
      var arguments = good
      arguments.weight = zeros(shape)
      return InvalidCall(
        "MultiLabelSoftMargin: weight of shape \(shape)", loss, arguments,
        .notBroadcastable(argument: "weight", shape: shape, to: [2, 3]),
        "weight has shape \(shape), which cannot be broadcast to [2, 3]"
          + (shape == [2] ? "; did you mean weight.reshaped(to: [2, 1])?" : ""))
    }
    return weights + [
      unsupported(
        "MultiLabelSoftMargin", loss, Arguments(input: Tensor(1), target: Tensor(1)), "it needs a class axis"),
      mismatch(
        "MultiLabelSoftMargin", loss, Arguments(input: zeros([2, 3]), target: zeros([3])), "target", [3],
        expected: [2, 3]),
      mismatch(
        "MultiLabelSoftMargin", loss, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
    ]
  }()

  private static let rankings: [InvalidCall] = {
    let loss = MarginRankingLoss()
    func arguments(_ second: Shape, _ pairLabels: Shape) -> Arguments<Double> {
      Arguments(["input1": zeros([2, 3]), "input2": zeros(second), "target": zeros(pairLabels)])
    }
    return [
      mismatch("MarginRanking", loss, arguments([3], [2, 3]), "input2", [3], expected: [2, 3]),
      mismatch("MarginRanking", loss, arguments([2, 3], []), "target", [], expected: [2, 3]),
      mismatch("MarginRanking", loss, arguments([2, 3], [2, 1]), "target", [2, 1], expected: [2, 3]),
      mismatch(
        "MarginRanking", loss, arguments([2, 3], [2, 3]), upstream: zeros([3, 2]), "upstream", [3, 2],
        expected: [2, 3]),
    ]
  }()

  static let vectors: [InvalidCall] = {
    let embedding = CosineEmbeddingLoss()
    func arguments(_ first: Shape, _ second: Shape, _ pairLabels: Shape?) -> Arguments<Double> {
      var arguments = Arguments(["input1": zeros(first), "input2": zeros(second)])
      arguments.reals["target"] = pairLabels.map { zeros($0) }
      return arguments
    }
    let embeddings = [
      unsupported(
        "CosineEmbedding", embedding, arguments([], [], []), "only [D] and [N, D] are possible"),
      unsupported(
        "CosineEmbedding", embedding, arguments([2, 3, 4], [2, 3, 4], [2, 3]),
        "only [D] and [N, D] are possible"),
      mismatch("CosineEmbedding", embedding, arguments([2, 3], [3], [2]), "input2", [3], expected: [2, 3]),
      mismatch("CosineEmbedding", embedding, arguments([2, 3], [2, 3], [3]), "target", [3], expected: [2]),
      mismatch("CosineEmbedding", embedding, arguments([3], [3], [1]), "target", [1], expected: []),
      mismatch(
        "CosineEmbedding", embedding, arguments([2, 3], [2, 3], [2]), upstream: zeros([2, 3]), "upstream",
        [2, 3], expected: [2]),
    ]

    let triplets = TripletMarginLoss()
    func triplet(_ positive: Shape, _ negative: Shape) -> Arguments<Double> {
      Arguments(["anchor": zeros([2, 3]), "positive": zeros(positive), "negative": zeros(negative)])
    }
    let good = triplet([2, 3], [2, 3])
    let shapes = [
      mismatch("Triplets", triplets, triplet([3], [2, 3]), "positive", [3], expected: [2, 3]),
      mismatch("Triplets", triplets, triplet([2, 3], [1, 3]), "negative", [1, 3], expected: [2, 3]),
      mismatch("Triplets", triplets, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
    ]
    let values: [(Double, String)] = [(0, "0"), (-0.5, "-0.5"), (.nan, "nan"), (-.infinity, "-inf")]
    let numbers = values.flatMap { value, text -> [InvalidCall] in
      [
        hyperparameter(
          "Triplets", TripletMarginLoss(margin: value), good, "margin", value, text, "positive"),
        hyperparameter(
          "cosine triplets", TripletMarginWithDistanceLoss(distance: CosineDistance(), margin: value), good,
          "margin", value, text, "positive"),
        hyperparameter("Triplets", TripletMarginLoss(p: value), good, "p", value, text, "positive"),
        hyperparameter(
          "PairwiseDistance", PairwiseDistance(p: value), arguments([2, 3], [2, 3], nil), "p", value, text,
          "positive"),
      ]
    }

    let distances: [any Adapter] = [
      PairwiseDistance(), SquaredEuclideanDistance(), CosineSimilarity(), CosineDistance(),
      CityBlockDistance(),
    ]
    let measures = distances.flatMap { distance in
      [
        mismatch(
          distance.typeName, distance, arguments([2, 3], [3], nil), "input2", [3], expected: [2, 3]),
        mismatch(
          distance.typeName, distance, arguments([2, 3], [2, 3], nil), upstream: zeros([2, 3]), "upstream",
          [2, 3], expected: [2]),
      ]
    }
    return embeddings + shapes + numbers + measures
  }()
}
