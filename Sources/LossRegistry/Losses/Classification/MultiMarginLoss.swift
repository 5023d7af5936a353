package import Losses

extension MultiMarginLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension RegisteredLoss {
  static let multiMargin = RegisteredLoss(
    "multi_margin_loss", default: MultiMarginLoss(),
    spelledOut: MultiMarginLoss(p: 1, margin: 1, reduction: .mean),
    others: [MultiMarginLoss(p: 2), MultiMarginLoss(margin: 0.3), MultiMarginLoss(reduction: .sum)],
    reference: ReferenceCall(["p", "margin", "reduction"], .labelled) {
      MultiMarginLoss(
        p: try $0.integer("p"), margin: try $0.number("margin"), reduction: try $0.reduction())
    },
    samples: {
      ([[4], [5, 4], [3, 1]] as [Shape]).flatMap { shape in
        [1, 2].flatMap { p in
          [false, true].map { LossUnderTest(multiMargin: shape, p: p, isWeighted: $0) }
        }
      }
    },
    largeSamples: { [LossUnderTest(multiMargin: [45_000, 3], p: 2, isWeighted: true)] },
    generators: [
      .labels("MultiMargin", ranks: 0...2) { decisions, _ in
        let p =
          decisions.injectsFault(in: 6)
          ? decisions.choice(of: [0, -1, 3, .max, .min]) : 1 + decisions.number(below: 2)
        return (MultiMarginLoss(p: p, margin: decisions.real(-2..<2)), nil)
      }
    ])
}

extension LossUnderTest {
  fileprivate init(multiMargin shape: Shape, p: Int, isWeighted: Bool) {
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
      loss: MultiMarginLoss(p: p, margin: 0.7),
      arguments: Arguments(input: input, labels: labels, weight: weight),
      expected: Tensor(values, shape: sampleShape), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]))
  }
}
