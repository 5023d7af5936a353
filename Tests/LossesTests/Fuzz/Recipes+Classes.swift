import Losses

extension Recipe {
  static let classes: [Recipe] = [
    .labels("NLL", ranks: 1...4) { decisions, ignored in { NLLLoss(ignoreIndex: ignored, reduction: $0) } },
    .labels("CrossEntropy", ranks: 1...4) { decisions, ignored in
      let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
      return { CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: smoothing, reduction: $0) }
    },
    Recipe("CrossEntropy of probabilities") { decisions in
      let smoothing = decisions.choice(of: [0, 0.1, 1, decisions.real(0..<1)])
      let ignored = decisions.isHostile ? decisions.ignoreIndex(classes: 3) : nil
      let shape = decisions.shape(ranks: 1...4)
      let weight = decisions.weight(ofClassesIn: shape)
      return Call(
        ProbabilityForm { CrossEntropyLoss(ignoreIndex: ignored, labelSmoothing: smoothing, reduction: $0) },
        Arguments(
          input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1), weight: weight))
    },
  ]

  static let margins: [Recipe] = [
    .labels("MultiMargin", ranks: 0...2) { decisions, _ in
      let p =
        decisions.isMischief(in: 6)
        ? decisions.choice(of: [0, -1, 3, .max, .min]) : 1 + decisions.number(below: 2)
      let margin = decisions.real(-2..<2)
      return { MultiMarginLoss(p: p, margin: margin, reduction: $0) }
    },
    Recipe("MultiLabelMargin") { decisions in
      // The time grows with the square of the classes.
      let shape = decisions.isLarge ? [9000, 7] : decisions.shape(ranks: 0...2)
      return Call(
        LabelListForm(),
        Arguments(
          input: decisions.tensor(shape, -5..<5),
          labels: decisions.labels(shape, classes: shape.last ?? 1, ignored: -1)))
    },
    Recipe("MultiLabelSoftMargin") { decisions in
      let shape = decisions.shape(ranks: 1...4)
      let weight = decisions.isOne(in: 2) ? decisions.broadcastable(to: shape) : nil
      return Call(
        MultiLabelForm(),
        Arguments(
          input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1),
          weight: weight.map { decisions.tensor($0, 0..<2) }))
    },
  ]

  private static func labels<Loss: ClassLoss>(
    _ name: String, ranks: ClosedRange<Int>,
    loss: @escaping @Sendable (inout Decisions, _ ignored: Int?) -> @Sendable (Reduction) -> Loss
  ) -> Recipe {
    Recipe(name) { decisions in
      let shape = decisions.shape(ranks: ranks)
      let axis = shape.count > 1 ? 1 : 0
      let classes = shape.isEmpty ? 1 : shape[axis]
      let ignored = decisions.ignoreIndex(classes: classes)
      let loss = loss(&decisions, ignored)
      let own = loss(.none).ignoreIndex
      let sampleShape = shape.isEmpty ? shape : shape.dropping(axis: axis)
      return Call(
        LabelForm(loss: loss),
        Arguments(
          input: decisions.tensor(shape, -50..<50),
          labels: decisions.labels(sampleShape.orNone, classes: classes, ignored: own),
          weight: decisions.weight(ofClassesIn: shape)))
    }
  }
}

extension Decisions {
  /// A weight for each class, or none.
  fileprivate mutating func weight(ofClassesIn shape: Shape) -> Tensor<Double>? {
    let classes = shape.isEmpty ? 1 : shape[shape.count > 1 ? 1 : 0]
    return isOne(in: 2) ? tensor(([classes] as Shape).orNone, 0.1..<2) : nil
  }
}
