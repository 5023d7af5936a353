package import Losses

extension CosineEmbeddingLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .row }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a["input1"], input2: a["input2"], target: a.target, sampleWeight: a.sampleWeight, mask: a.mask)
    )
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    let shape = a["input1"].shape
    if !(1...2 ~= shape.count) { faults.unsupported(shape, of: "input1") }
    faults.hyperparameter("margin", margin, isAllowed: !margin.isNaN)
    faults.shape(a.target.shape, of: "target", is: Shape(shape.dropLast()))
    guard let rows = PlainRows(a, ["input1", "input2"], numbers, &faults) else { return nil }
    var labels = a.target.scalars[...]
    return PlainCall(rows) { vectors in
      // 10⁻¹² is added to the square of a length unless the vector is so short that this would matter.
      PlainDistance(cosineOf: vectors[0], vectors[1], numbers) { length in
        let square = length * length
        return (square.value < 1e-6 ? length : (square + Bounded(1e-12)).squareRoot, false)
      }
    } terms: { cosine in
      let excess = cosine.value - Bounded(margin)
      let zeros = cosine.first.map { _ in 0 as Bounded }
      switch labels.removeFirst() {
      case let label where label.isNaN:
        let nan = Bounded(.nan)
        return (nan, [zeros.map { _ in nan }, zeros.map { _ in nan }])
      case 1: return (1 - cosine.value, [cosine.first.map { -$0 }, cosine.second.map { -$0 }])
      case -1:
        let slope = excess.step(atZero: 1)
        return (
          excess.raised(to: Bounded(0, ulp: excess.ulp)),
          [cosine.first.map { slope * $0 }, cosine.second.map { slope * $0 }]
        )
      default: return (0, [zeros, zeros])
      }
    }
  }
}

extension RegisteredLoss {
  static let cosineEmbedding = RegisteredLoss(
    "cosine_embedding_loss", default: CosineEmbeddingLoss(),
    spelledOut: CosineEmbeddingLoss(margin: 0, reduction: .mean),
    others: [CosineEmbeddingLoss(margin: 0.3), CosineEmbeddingLoss(reduction: .none)],
    reference: ReferenceCall(["margin", "reduction"], .pair) {
      CosineEmbeddingLoss(margin: try $0.number("margin"), reduction: try $0.reduction())
    },
    samples: {
      // Some pairs are neither similar nor dissimilar.
      let kinds = [1.0, -1, -1, 1, 0.5, -1]
      return ([[5], [6, 5]] as [Shape]).map { shape in
        let sampleShape = Shape(shape.dropLast())
        return LossUnderTest(
          "CosineEmbedding \(shape)", CosineEmbeddingLoss(margin: 0.1),
          Arguments([
            "input1": .random(in: -1..<1.5, shape, seed: 71),
            "input2": .random(in: -1..<1.5, shape, seed: 72),
            "target": Tensor(Array(kinds.prefix(sampleShape.elementCount)), shape: sampleShape),
          ]))
      }
    },
    generators: [
      Generator("CosineEmbedding") { decisions in
        let margin = decisions.real(-1..<1)
        let digested = decisions.choice(of: [["input1", "input2"], ["input2", "input1"]])
        let inputs = decisions.inputs(2, ranks: 1...2)
        return Generator.Call(
          CosineEmbeddingLoss(margin: margin),
          Arguments([
            "input1": inputs[0], "input2": inputs[1],
            "target": decisions.pairLabels(Shape(inputs[0].shape.dropLast()).orScalar),
          ]), digested: digested)
      }
    ])
}
