package import Losses

extension MultiMarginLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .column }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("p", Double(p), isAllowed: p == 1 || p == 2)
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    return PlainCall(
      labelled: a, ignoring: nil, isMeanWeighted: false, allowsFurtherAxes: false, numbers, &faults
    ) { scores, label, weight in
      if scores.count > 1, let missing = scores.first(where: \.value.isNaN) {
        return (missing, scores.map { _ in missing })
      }
      let factor = weight(label) / Bounded(Double(scores.count))
      var (hinges, slopes) = ([Bounded](), [Bounded]())
      for (index, score) in scores.enumerated() {
        let z = (numbers.rounded(margin) - scores[label] + score).withoutNaN
        let zero = Bounded(0, ulp: numbers.ulp)
        let hinge = index == label ? zero : z.raised(to: zero)
        hinges.append(p == 1 ? hinge : hinge * hinge)
        slopes.append(index == label ? zero : p == 1 ? z.step(atZero: 0) : 2 * hinge)
      }
      let sum = slopes.sum
      return (
        factor * hinges.sum, slopes.indices.map { $0 == label ? -factor * sum : factor * slopes[$0] }
      )
    }
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
        [1, 2].flatMap { p in [false, true].map { sample(shape, p: p, isWeighted: $0) } }
      }
    },
    largeSamples: { [sample([45_000, 3], p: 2, isWeighted: true)] },
    generators: [
      .labels("MultiMargin", ranks: 0...2) { decisions, _ in
        let p =
          decisions.injectsFault(in: 6)
          ? decisions.choice(of: [0, -1, 3, .max, .min]) : 1 + decisions.number(below: 2)
        return (MultiMarginLoss(p: p, margin: decisions.real(-2..<2)), nil)
      }
    ])

  private static func sample(_ shape: Shape, p: Int, isWeighted: Bool) -> LossUnderTest {
    let classes = shape.last!
    return LossUnderTest(
      "MultiMargin \(shape) p \(p)\(isWeighted ? " weighted" : "")", MultiMarginLoss(p: p, margin: 0.7),
      Arguments(
        input: .random(in: -2..<2, shape, seed: 64),
        labels: Tensor.random(in: 0..<classes, Shape(shape.dropLast()), seed: 65),
        weight: isWeighted ? .random(in: 0.2..<2, [classes], seed: 66) : nil))
  }
}
