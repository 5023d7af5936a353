package import Losses

extension MultiLabelMarginLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .labelledColumn }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let (shape, labels) = (a.input.shape, a.labels.ints)
    let arguments = ClassArguments(a, allowsFurtherAxes: false, numbers, &faults)
    let areSingle = a.input.count == 1 && shape.count <= 1 && (labels.shape == [] || labels.shape == [1])
    if areSingle || faults.shape(labels.shape, of: "target", is: shape), shape.count <= 2 {
      faults.labels(labels, classes: shape.last ?? 1, ignored: -1)
    }
    guard let arguments, faults.isEmpty else { return nil }

    let list = labels.scalars
    let samples = arguments.columns.positions.map { column -> SampleTerms in
      let scores = arguments.scores(column)
      let right = column.map { list[$0] }.prefix { $0 != -1 }
      let wrong = scores.indices.filter { !right.contains($0) }
      if !right.isEmpty, !wrong.isEmpty, let missing = scores.first(where: \.value.isNaN) {
        return (missing, scores.map { _ in missing })
      }
      var hinges = [Bounded]()
      var slopes = scores.map { _ in [Bounded]() }
      for label in right {
        for index in wrong {
          let z = (1 - scores[label] + scores[index]).withoutNaN
          hinges.append(z.raised(to: Bounded(0, ulp: z.ulp)))
          slopes[index].append(z.step(atZero: 0))
          slopes[label].append(-z.step(atZero: 0))
        }
      }
      let count = Bounded(Double(scores.count))
      return (hinges.sum / count, slopes.map { $0.sum / count })
    }
    return PlainCall(
      shape: arguments.sampleShape, values: samples.map(\.value), mean: Bounded(Double(samples.count)),
      batch: arguments.batch
    ) { scales in
      ["input": zip(scales, samples).flatMap { scale, sample in sample.derivatives.map { scale * $0 } }]
    }
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
          "MultiLabelMargin \(shape)", MultiLabelMarginLoss(),
          Arguments(
            input: .random(in: -1..<1, shape, seed: 67),
            labels: Tensor(Array(lists.joined().prefix(shape.elementCount)), shape: shape)))
      }
    },
    largeSamples: {
      [
        LossUnderTest(
          "MultiLabelMargin [9000, 12]", MultiLabelMarginLoss(),
          Arguments(
            input: .random(in: -1..<1, [9000, 12], seed: 80),
            labels: Tensor(shape: [9000, 12]) { $0[1] < 3 ? ($0[0] + 5 * $0[1]) % 12 : -1 }))
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
