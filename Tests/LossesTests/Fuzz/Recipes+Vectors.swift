import Losses

extension Recipe {
  static let vectors: [Recipe] = [
    Recipe("CosineEmbedding") { decisions in
      let margin = decisions.real(-1..<1)
      let slots = decisions.choice(of: [[0, 1], [1, 0]])
      let inputs = decisions.inputs(2, ranks: 1...2)
      return Call(
        EmbeddingForm(slots: slots) { CosineEmbeddingLoss(margin: margin, reduction: $0) },
        Arguments(
          input: inputs[slots[0]], target: inputs[slots[1]],
          weight: decisions.answers(Shape(inputs[0].shape.dropLast()).orNone)))
    },
    .triplets("TripletMargin") { $0.pairwiseDistance() },
    .triplets("Triplets by squares") { _ in SquaredEuclideanDistance() },
    .triplets("Triplets by cosines") { CosineDistance(eps: $0.real(1e-8..<1)) },
    .triplets("Triplets by a distance of one's own") { _ in CityBlockDistance() },
  ]

  static let measures: [Recipe] = [
    .measure("PairwiseDistance") { $0.pairwiseDistance() },
    .measure("SquaredEuclideanDistance") { _ in SquaredEuclideanDistance() },
    .measure("CosineSimilarity") { CosineSimilarity(eps: $0.real(1e-8..<1)) },
    .measure("CosineDistance") { CosineDistance(eps: $0.real(1e-8..<1)) },
    .measure("a measure of one's own") { _ in CityBlockDistance() },
  ]

  static let activations: [Recipe] = [
    Recipe("Sigmoid", hasReductions: false) { decisions in
      Call(
        ElementwiseActivationForm(activation: Sigmoid()),
        Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
    },
    Recipe("LogSigmoid", hasReductions: false) { decisions in
      Call(
        ElementwiseActivationForm(activation: LogSigmoid()),
        Arguments(input: decisions.inputs(1, ranks: 0...4)[0]))
    },
    .alongAxis("Softmax") { AxisActivationForm(activation: Softmax(axis: $0)) },
    .alongAxis("LogSoftmax") { AxisActivationForm(activation: LogSoftmax(axis: $0)) },
    .alongAxis("LogSumExp") { LogSumExpForm(axis: $0) },
  ]

  private static func triplets<Distance: VectorMeasure>(
    _ name: String, distance: @escaping @Sendable (inout Decisions) -> Distance
  ) -> Recipe {
    Recipe(name) { decisions in
      let distance = distance(&decisions)
      let (margin, swap) = (decisions.real(0.1..<3), decisions.isOne(in: 2))
      let slots = decisions.choice(of: [[0, 1, 2], [1, 2, 0], [2, 0, 1]])
      let inputs = decisions.inputs(3, ranks: 0...4)
      return Call(
        TripletForm(slots: slots) {
          TripletMarginWithDistanceLoss(distance: distance, margin: margin, swap: swap, reduction: $0)
        },
        Arguments(input: inputs[slots[0]], target: inputs[slots[1]], weight: inputs[slots[2]]))
    }
  }

  private static func measure<Measure: VectorMeasure>(
    _ name: String, measure: @escaping @Sendable (inout Decisions) -> Measure
  ) -> Recipe {
    Recipe(name, hasReductions: false) { decisions in
      let measure = measure(&decisions)
      let slots = decisions.choice(of: [[0, 1], [1, 0]])
      let inputs = decisions.inputs(2, ranks: 0...4)
      return Call(
        MeasureForm(slots: slots, measure: measure),
        Arguments(input: inputs[slots[0]], target: inputs[slots[1]]))
    }
  }

  private static func alongAxis(
    _ name: String, form: @escaping @Sendable (_ axis: Int) -> any Form
  ) -> Recipe {
    Recipe(name, hasReductions: false) { decisions in
      let input = decisions.inputs(1, ranks: 0...4)[0]
      let rank = max(input.rank, 1)
      let axis = decisions.number(below: 2 * rank) - rank
      let wrong = decisions.choice(of: [rank, -rank - 1, .max, .min])
      return Call(form(decisions.isMischief(in: 6) ? wrong : axis), Arguments(input: input))
    }
  }
}

extension Decisions {
  /// Tensors of one shape. Two may be the same, and differences zero.
  fileprivate mutating func inputs(_ count: Int, ranks: ClosedRange<Int>) -> [Tensor<Double>] {
    let shape = shape(ranks: ranks)
    var inputs = (0..<count).map { _ in tensor(shape, -20..<20) }
    if isOne(in: 8) { inputs[number(below: count)] = inputs[0] }
    return inputs
  }

  fileprivate mutating func pairwiseDistance() -> PairwiseDistance {
    PairwiseDistance(p: choice(of: [2, 1, .infinity, real(0.5..<4)]), eps: real(0..<0.1))
  }
}
