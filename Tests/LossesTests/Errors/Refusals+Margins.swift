import Losses

extension Refusal {
  static let margins = multiMargins + labelLists + multiLabels + rankings

  private static func zeros(_ shape: Shape) -> Tensor<Double> { .zeros(shape) }

  private static func mismatch(
    _ name: String, _ form: any Form, _ arguments: Arguments<Double>, upstream: Tensor<Double>? = nil,
    reduction: Reduction = .none, _ argument: String, _ shape: Shape, expected: Shape
  ) -> Refusal {
    Refusal(
      "\(name): \(argument) of shape \(shape)", form, arguments, upstream: upstream, reduction: reduction,
      .shapeMismatch(argument: argument, shape: shape, expected: expected),
      "\(argument) has shape \(shape), but \(expected) is needed")
  }

  private static func rank(
    _ name: String, _ form: any Form, _ arguments: Arguments<Double>, _ requirement: String,
    argument: String = "input"
  ) -> Refusal {
    let shape = arguments.input.shape
    return Refusal(
      "\(name) of shape \(shape)", form, arguments,
      .unsupportedShape(argument: argument, shape: shape, requirement: requirement),
      "\(argument) has shape \(shape), but \(requirement)")
  }

  private static let multiMargins: [Refusal] = {
    let form = LabelForm { MultiMarginLoss(reduction: $0) }
    let good = Arguments(input: zeros([2, 3]), labels: .zeros([2]))
    let powers = [0, 3, -1, .max].map { p in
      let value = Double(p)
      return Refusal(
        "MultiMargin of p \(p)", LabelForm { MultiMarginLoss(p: p, reduction: $0) }, good,
        .invalidHyperparameter(name: "p", value: value, requirement: "1 or 2"),
        "p is \(Int(exactly: value)?.description ?? value.description), but it must be 1 or 2")
    }
    let ranks = ([[2, 3, 4], [2, 0], [0]] as [Shape]).map { shape in
      rank(
        "MultiMargin", form, Arguments(input: zeros(shape), labels: .zeros(Shape(shape.dropLast()))),
        "only [classes] and [N, classes] are possible, with at least one class")
    }
    let labels = [3, -1, -100, .min, .max].map { (label: Int) in
      Refusal(
        "MultiMargin: label \(label)", form, Arguments(input: zeros([2, 3]), labels: Tensor([2, label])),
        .labelOutOfRange(
          argument: "target", position: [1], label: "\(label)", classCount: 3, ignoreIndex: nil),
        "target[1] is \(label), but there are 3 classes")
    }
    return powers + ranks + labels + [
      mismatch(
        "MultiMargin", form, Arguments(input: zeros([2, 3]), labels: .zeros([3])), "target", [3],
        expected: [2]),
      mismatch(
        "MultiMargin", form, Arguments(input: zeros([2, 3]), labels: .zeros([2, 3])), "target", [2, 3],
        expected: [2]),
      mismatch(
        "MultiMargin", form, Arguments(input: zeros([2, 3]), labels: .zeros([2]), weight: zeros([2])),
        "weight", [2], expected: [3]),
      mismatch("MultiMargin", form, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
      mismatch(
        "MultiMargin", form, good, upstream: zeros([2]), reduction: .sum, "upstream", [2], expected: []),
    ]
  }()

  private static let labelLists: [Refusal] = {
    let form = LabelListForm()
    let good = Arguments(input: zeros([2, 3]), labels: .zeros([2, 3]))
    let labels = [3, -2, .min, .max].flatMap { (label: Int) in
      // Before the end of the list and after it.
      [([1, label, -1], 1), ([-1, 0, label], 2)].map { list, place in
        Refusal(
          "MultiLabelMargin: label \(label) at \(place)", form,
          Arguments(input: zeros([2, 3]), labels: Tensor([0, -1, -1] + list, shape: [2, 3])),
          .labelOutOfRange(
            argument: "target", position: [1, place], label: "\(label)", classCount: 3, ignoreIndex: -1),
          "target[1, \(place)] is \(label), but there are 3 classes and ignoreIndex is -1")
      }
    }
    return labels + [
      rank(
        "MultiLabelMargin", form, Arguments(input: zeros([2, 3, 4]), labels: .zeros([2, 3, 4])),
        "only [classes] and [N, classes] are possible, with at least one class"),
      mismatch(
        "MultiLabelMargin", form, Arguments(input: zeros([2, 3]), labels: .zeros([2])), "target", [2],
        expected: [2, 3]),
      mismatch(
        "MultiLabelMargin", form, Arguments(input: zeros([3]), labels: .zeros([])), "target", [],
        expected: [3]),
      mismatch("MultiLabelMargin", form, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
      mismatch(
        "MultiLabelMargin", form, good, upstream: zeros([1]), reduction: .mean, "upstream", [1], expected: []),
    ]
  }()

  private static let multiLabels: [Refusal] = {
    let form = MultiLabelForm()
    let good = Arguments(input: zeros([2, 3]), target: zeros([2, 3]))
    let weights = ([[2], [2, 1, 3], [4, 3]] as [Shape]).map { shape in
      var arguments = good
      arguments.weight = zeros(shape)
      return Refusal(
        "MultiLabelSoftMargin: weight of shape \(shape)", form, arguments,
        .notBroadcastable(argument: "weight", shape: shape, to: [2, 3]),
        "weight has shape \(shape), which cannot be broadcast to [2, 3]")
    }
    return weights + [
      rank(
        "MultiLabelSoftMargin", form, Arguments(input: Tensor(1), target: Tensor(1)), "it needs a class axis"),
      mismatch(
        "MultiLabelSoftMargin", form, Arguments(input: zeros([2, 3]), target: zeros([3])), "target", [3],
        expected: [2, 3]),
      mismatch(
        "MultiLabelSoftMargin", form, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
    ]
  }()

  private static let rankings: [Refusal] = {
    let form = RankingForm { MarginRankingLoss(reduction: $0) }
    func arguments(_ second: Shape, _ answers: Shape) -> Arguments<Double> {
      Arguments(input: zeros([2, 3]), target: zeros(second), weight: zeros(answers))
    }
    return [
      mismatch("MarginRanking", form, arguments([3], [2, 3]), "input2", [3], expected: [2, 3]),
      mismatch("MarginRanking", form, arguments([2, 3], []), "target", [], expected: [2, 3]),
      mismatch("MarginRanking", form, arguments([2, 3], [2, 1]), "target", [2, 1], expected: [2, 3]),
      mismatch(
        "MarginRanking", form, arguments([2, 3], [2, 3]), upstream: zeros([3, 2]), "upstream", [3, 2],
        expected: [2, 3]),
    ]
  }()

  static let vectors: [Refusal] = {
    let embedding = EmbeddingForm { CosineEmbeddingLoss(reduction: $0) }
    func arguments(_ first: Shape, _ second: Shape, _ third: Shape?) -> Arguments<Double> {
      Arguments(input: zeros(first), target: zeros(second), weight: third.map { zeros($0) })
    }
    let embeddings = [
      rank(
        "CosineEmbedding", embedding, arguments([], [], []), "only [D] and [N, D] are possible",
        argument: "input1"),
      rank(
        "CosineEmbedding", embedding, arguments([2, 3, 4], [2, 3, 4], [2, 3]),
        "only [D] and [N, D] are possible", argument: "input1"),
      mismatch("CosineEmbedding", embedding, arguments([2, 3], [3], [2]), "input2", [3], expected: [2, 3]),
      mismatch("CosineEmbedding", embedding, arguments([2, 3], [2, 3], [3]), "target", [3], expected: [2]),
      mismatch("CosineEmbedding", embedding, arguments([3], [3], [1]), "target", [1], expected: []),
      mismatch(
        "CosineEmbedding", embedding, arguments([2, 3], [2, 3], [2]), upstream: zeros([2, 3]), "upstream",
        [2, 3], expected: [2]),
    ]

    let triplets = TripletForm { TripletMarginLoss(reduction: $0) }
    let good = arguments([2, 3], [2, 3], [2, 3])
    let shapes = [
      mismatch("Triplets", triplets, arguments([2, 3], [3], [2, 3]), "positive", [3], expected: [2, 3]),
      mismatch(
        "Triplets", triplets, arguments([2, 3], [2, 3], [1, 3]), "negative", [1, 3], expected: [2, 3]),
      mismatch("Triplets", triplets, good, upstream: zeros([2, 3]), "upstream", [2, 3], expected: [2]),
    ]
    let values: [(Double, String)] = [(0, "0"), (-0.5, "-0.5"), (.nan, "nan"), (-.infinity, "-inf")]
    let numbers = values.flatMap { value, text in
      let margin = LossError.invalidHyperparameter(name: "margin", value: value, requirement: "positive")
      let p = LossError.invalidHyperparameter(name: "p", value: value, requirement: "positive")
      let message = "is \(text), but it must be positive"
      return [
        Refusal(
          "Triplets of margin \(text)", TripletForm { TripletMarginLoss(margin: value, reduction: $0) }, good,
          margin, "margin \(message)"),
        Refusal(
          "cosine triplets of margin \(text)",
          TripletForm {
            TripletMarginWithDistanceLoss(distance: CosineDistance(), margin: value, reduction: $0)
          }, good, margin, "margin \(message)"),
        Refusal(
          "Triplets of p \(text)", TripletForm { TripletMarginLoss(p: value, reduction: $0) }, good, p,
          "p \(message)"),
        Refusal(
          "PairwiseDistance of p \(text)", MeasureForm(measure: PairwiseDistance(p: value)),
          arguments([2, 3], [2, 3], nil), p, "p \(message)"),
      ]
    }

    let forms: [(String, any Form)] = [
      ("PairwiseDistance", MeasureForm(measure: PairwiseDistance())),
      ("CosineSimilarity", MeasureForm(measure: CosineSimilarity())),
      ("CityBlockDistance", MeasureForm(measure: CityBlockDistance())),
    ]
    let measures = forms.flatMap { name, form in
      [
        mismatch(name, form, arguments([2, 3], [3], nil), "input2", [3], expected: [2, 3]),
        mismatch(
          name, form, arguments([2, 3], [2, 3], nil), upstream: zeros([2, 3]), "upstream", [2, 3],
          expected: [2]),
      ]
    }

    let places: [(Int, Shape)] = [
      (2, [2, 3]), (-3, [2, 3]), (.max, [2, 3]), (.min, [3]), (1, []), (-2, []),
    ]
    let axes = places.map { axis, shape in
      Refusal(
        "LogSumExp: axis \(axis) of \(shape)", LogSumExpForm(axis: axis), Arguments(input: zeros(shape)),
        .axisOutOfRange(axis: axis, rank: shape.count),
        "axis is \(axis), but the input has \(shape.count) axes")
    }
    let sum = mismatch(
      "LogSumExp", LogSumExpForm(axis: 1), Arguments(input: zeros([2, 3])), upstream: zeros([2, 3]),
      "upstream", [2, 3], expected: [2])
    return embeddings + shapes + numbers + measures + axes + [sum]
  }()
}
