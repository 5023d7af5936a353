package import Losses

extension MultiLabelMarginLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension RegisteredLoss {
  static let multiLabelMargin = RegisteredLoss(
    "multilabel_margin_loss", default: MultiLabelMarginLoss(),
    spelledOut: MultiLabelMarginLoss(reduction: .mean), others: [MultiLabelMarginLoss(reduction: .none)],
    reference: ReferenceCall(
      ["reduction"], [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .int64Labels)]
    ) {
      MultiLabelMarginLoss(reduction: try $0.reduction())
    },
    samples: {
      // All kinds of lists: some labels, one twice and followed by what does not count, none, and all.
      let lists: [[Int]] = [[3, 0, -1, -1, -1], [2, 2, 4, -1, 1], [-1, 0, 1, 2, 3], [4, 3, 2, 1, 0]]
      return ([[5], [4, 5]] as [Shape]).map { shape in
        LossUnderTest(
          labelLists: .random(in: -1..<1, shape, seed: 67),
          Tensor(Array(lists.joined().prefix(shape.elementCount)), shape: shape))
      }
    },
    largeSamples: {
      [
        LossUnderTest(
          labelLists: .random(in: -1..<1, [9000, 12], seed: 80),
          Tensor(shape: [9000, 12]) { $0[1] < 3 ? ($0[0] + 5 * $0[1]) % 12 : -1 })
      ]
    },
    generators: [
      Generator("MultiLabelMargin") { decisions in
        // The time grows with the square of the classes.
        let shape = decisions.isLarge ? [9000, 7] : decisions.shape(ranks: 0...2)
        return Generator.Call(
          MultiLabelMarginLoss(),
          Arguments(
            input: decisions.tensor(shape, -5..<5),
            labels: decisions.labels(shape, classes: shape.last ?? 1, ignored: -1)))
      }
    ])
}

extension LossUnderTest {
  fileprivate init(labelLists input: Tensor<Double>, _ labels: Tensor<Int>) {
    let values = zip(input.rows, labels.rows).map { row, list in
      let right = list.prefix { $0 != -1 }
      let wrong = row.indices.filter { !right.contains($0) }
      return right.reduce(0) { sum, label in
        wrong.reduce(sum) { $0 + max(0, 1 - row[label] + row[$1]) }
      } / Double(row.count)
    }
    self.init(
      name: "MultiLabelMargin \(input.shape)", loss: MultiLabelMarginLoss(),
      arguments: Arguments(input: input, labels: labels),
      expected: Tensor(values, shape: Shape(input.shape.dropLast())), meanDenominator: Double(values.count),
      batch: Double(values.count))
  }
}
