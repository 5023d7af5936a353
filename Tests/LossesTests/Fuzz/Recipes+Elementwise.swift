import Losses

extension Recipe {
  static let elementwise: [Recipe] = [
    .weighted("L1", -50..<50, -50..<50) { _ in { L1Loss(reduction: $0) } },
    .weighted("MSE", -50..<50, -50..<50) { _ in { MSELoss(reduction: $0) } },
    .weighted("Huber", -50..<50, -50..<50) { decisions in
      let delta = decisions.real(0.01..<5)
      return { HuberLoss(delta: delta, reduction: $0) }
    },
    .bare("SmoothL1", -50..<50, -50..<50) { decisions in
      let beta = decisions.real(0..<5)
      return { SmoothL1Loss(beta: beta, reduction: $0) }
    },
    .weighted("BCE", 0..<1, 0..<1, isBroadcast: true) { _ in { BCELoss(reduction: $0) } },
    .weighted("BCEWithLogits", -50..<50, 0..<1, isBroadcast: true) { _ in { BCEWithLogitsLoss(reduction: $0) }
    },
    .bare("SoftMargin", -50..<50, -1..<1) { _ in { SoftMarginLoss(reduction: $0) } },
    .bare("HingeEmbedding", -5..<5, -1..<1) { decisions in
      let margin = decisions.real(-2..<2)
      return { HingeEmbeddingLoss(margin: margin, reduction: $0) }
    },
    .bare("PoissonNLL", -20..<20, 0..<50) { decisions in
      let (full, eps) = (decisions.isOne(in: 2), decisions.real(0..<1))
      return { PoissonNLLLoss(full: full, eps: eps, reduction: $0) }
    },
    .bare("PoissonNLL of rates", 0..<50, 0..<50) { decisions in
      let (full, eps) = (decisions.isOne(in: 2), decisions.real(1e-8..<1))
      return { PoissonNLLLoss(logInput: false, full: full, eps: eps, reduction: $0) }
    },
    .bare("KLDiv", -50..<0, 0..<1) { _ in { KLDivLoss(reduction: $0) } },
    .bare("KLDiv of logarithms", -50..<0, -50..<0) { _ in { KLDivLoss(logTarget: true, reduction: $0) } },
    .bare("a loss of one's own", 0..<50, 0..<50) { _ in { SquaredLogLoss(reduction: $0) } },
    .bare("a staged loss of one's own", -50..<50, -50..<50) { _ in { LogCoshLoss(reduction: $0) } },
    Recipe("BCEWithLogits positive") { decisions in
      let shape = decisions.shape(ranks: 0...4)
      let weight = decisions.isOne(in: 2) ? decisions.broadcastable(to: shape) : nil
      return Call(
        PositiveWeightForm(),
        Arguments(
          input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1),
          weight: weight.map { decisions.tensor($0, 0..<2) },
          positiveWeight: decisions.tensor(decisions.broadcastable(to: shape), 0..<3)))
    },
  ]

  /// Losses of three numbers at each element.
  static let parametric: [Recipe] = [
    Recipe("MarginRanking") { decisions in
      let margin = decisions.real(-1..<1)
      let shape = decisions.shape(ranks: 0...4)
      let slots = decisions.choice(of: [[0, 1, 2], [1, 2, 0]])
      let tensors = [
        decisions.tensor(shape, -50..<50), decisions.tensor(shape, -50..<50), decisions.answers(shape),
      ]
      return Call(
        RankingForm(slots: slots) { MarginRankingLoss(margin: margin, reduction: $0) },
        Arguments(input: tensors[slots[0]], target: tensors[slots[1]], weight: tensors[slots[2]]))
    },
    Recipe("GaussianNLL") { decisions in
      let (full, eps) = (decisions.isOne(in: 2), decisions.real(1e-6..<0.1))
      let shape = decisions.shape(ranks: 0...4)
      let target = decisions.tensor(decisions.broadcastable(to: shape), -50..<50)
      let shapes = [
        shape, [], Shape(shape.dropLast()), Shape(shape.dropLast() + shape.suffix(1).map { _ in 1 }),
      ]
      let variance = decisions.tensor(decisions.choice(of: shapes).orNone, 0..<4)
      let isVarianceSecond = decisions.isOne(in: 2)
      return Call(
        GaussianForm(isVarianceSecond: isVarianceSecond) {
          GaussianNLLLoss(full: full, eps: eps, reduction: $0)
        },
        Arguments(
          input: decisions.tensor(shape, -50..<50), target: isVarianceSecond ? variance : target,
          weight: isVarianceSecond ? target : variance))
    },
  ]

  private static func bare<Loss: ElementwiseLoss>(
    _ name: String, _ input: Range<Double>, _ target: Range<Double>,
    loss: @escaping @Sendable (inout Decisions) -> @Sendable (Reduction) -> Loss
  ) -> Recipe {
    Recipe(name) { decisions in
      let loss = loss(&decisions)
      let shape = decisions.shape(ranks: 0...4)
      let numbers = decisions.tensor(shape, target)
      // Answers of ±1 are what some losses are for, and no harm to others of this range.
      let targets = target == -1..<1 && decisions.isOne(in: 2) ? decisions.answers(shape) : numbers
      return Call(
        ElementwiseForm(loss: loss), Arguments(input: decisions.tensor(shape, input), target: targets))
    }
  }

  private static func weighted<Loss: WeightedElementwiseLoss>(
    _ name: String, _ input: Range<Double>, _ target: Range<Double>, isBroadcast: Bool = false,
    loss: @escaping @Sendable (inout Decisions) -> @Sendable (Reduction) -> Loss
  ) -> Recipe {
    Recipe(name) { decisions in
      let loss = loss(&decisions)
      let shape = decisions.shape(ranks: 0...4)
      var arguments = Arguments(
        input: decisions.tensor(shape, input), target: decisions.tensor(shape, target))
      if decisions.isOne(in: 2) { return Call(ElementwiseForm(loss: loss), arguments) }
      let weightShape = isBroadcast ? decisions.broadcastable(to: shape) : shape
      arguments.weight = decisions.isOne(in: 3) ? nil : decisions.tensor(weightShape, 0.1..<2)
      return Call(WeightedForm(loss: loss), arguments)
    }
  }
}
