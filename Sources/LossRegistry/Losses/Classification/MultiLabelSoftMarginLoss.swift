package import Losses

extension MultiLabelSoftMarginLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .row }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(
        a.input, target: a.target, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask),
      without: a.weight == nil ? ["weight"] : [])
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let shape = a.input.shape
    if shape.isEmpty { faults.unsupported(shape, of: "input") }
    faults.shape(a.target.shape, of: "target", is: shape)
    faults.size(shape, of: "target")
    if let weight = a.weight { faults.broadcast(weight.shape, of: "weight", to: shape) }
    guard faults.isEmpty else { return nil }

    let (inputs, targets) = (numbers(a.input), numbers(a.target))
    let weights = a.weight.map { numbers($0.broadcast(to: shape)) }
    let columns = PlainColumns(shape, axis: shape.count - 1)
    let (count, rows) = (Bounded(Double(columns.length)), columns.positions)
    let terms = inputs.indices.map { index -> PlainTerms in
      let (value, derivatives) = BCEWithLogitsLoss.terms(inputs[index], targets[index])
      guard let weight = weights?[index] else { return (value, derivatives) }
      return (value * weight, derivatives.map { $0 * weight })
    }
    return PlainCall(
      shape: Shape(shape.dropLast()),
      values: rows.map { row in row.map { terms[$0].value }.sum / count },
      mean: Bounded(Double(rows.count)), batch: shape.count > 1 ? shape[0] : 1
    ) { scales in
      func gradient(_ argument: Int) -> [Bounded] {
        rows.enumerated().flatMap { sample, row in
          row.map { scales[sample] / count * terms[$0].derivatives[argument] }
        }
      }
      var gradients: Labelled<[Bounded]> = ["input": gradient(0), "target": gradient(1)]
      if let weight = a.weight {
        let places = Tensor(Array(0..<weight.count), shape: weight.shape).broadcast(to: shape).scalars
        var addends = [[Bounded]](repeating: [], count: weight.count)
        for (sample, row) in rows.enumerated() {
          for index in row {
            let value = BCEWithLogitsLoss.terms(inputs[index], targets[index]).value
            addends[places[index]].append(scales[sample] / count * value)
          }
        }
        gradients["weight"] = addends.map(\.sum)
      }
      return gradients
    }
  }
}

extension RegisteredLoss {
  static let multiLabelSoftMargin = RegisteredLoss(
    "multilabel_soft_margin_loss", default: MultiLabelSoftMarginLoss(),
    spelledOut: MultiLabelSoftMarginLoss(reduction: .mean),
    others: [MultiLabelSoftMarginLoss(reduction: .none)],
    reference: ReferenceCall(
      ["reduction"], .elements + [ReferenceCall.Parameter("weight", .optionalTensor)]
    ) {
      MultiLabelSoftMarginLoss(reduction: try $0.reduction())
    },
    samples: {
      ([nil, [4], [3, 1], [2, 3, 4]] as [Shape?]).map { sample([2, 3, 4], weight: $0) } + [
        sample([4], weight: nil)
      ]
    },
    largeSamples: { [sample([420, 333], weight: [333])] },
    generators: [
      Generator("MultiLabelSoftMargin") { decisions in
        let shape = decisions.shape(ranks: 1...4)
        let weight = decisions.isOne(in: 2) ? decisions.broadcastable(to: shape) : nil
        return Generator.Call(
          MultiLabelSoftMarginLoss(),
          Arguments(
            input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1),
            weight: weight.map { decisions.tensor($0, 0..<2) }))
      }
    ])

  private static func sample(_ shape: Shape, weight: Shape?) -> LossUnderTest {
    LossUnderTest(
      "MultiLabelSoftMargin \(shape), weight \(weight?.description ?? "absent")", MultiLabelSoftMarginLoss(),
      Arguments(
        input: .random(in: -3..<3, shape, seed: 68), target: .random(in: 0..<1, shape, seed: 69),
        weight: weight.map { .random(in: 0.2..<2, $0, seed: 70) }), shared: ["weight"])
  }
}
