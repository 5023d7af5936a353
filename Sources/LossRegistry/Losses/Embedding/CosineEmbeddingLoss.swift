package import Losses

extension CosineEmbeddingLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a["input1"], input2: a["input2"], target: a.target, sampleWeight: a.sampleWeight, mask: a.mask)
    )
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
    samples: { ([[5], [6, 5]] as [Shape]).map { LossUnderTest(cosineEmbedding: $0) } },
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

extension LossUnderTest {
  fileprivate init(cosineEmbedding shape: Shape) {
    let first = Tensor<Double>.random(in: -1..<1.5, shape, seed: 71)
    let second = Tensor<Double>.random(in: -1..<1.5, shape, seed: 72)
    let sampleShape = Shape(shape.dropLast())
    // Some pairs are neither similar nor dissimilar.
    let kinds = [1.0, -1, -1, 1, 0.5, -1]
    let pairLabels = Tensor(Array(kinds.prefix(sampleShape.elementCount)), shape: sampleShape)
    let values = zip(zip(first.rows, second.rows), pairLabels.scalars).map { pair, label in
      let squares = [pair.0, pair.1].map { $0.reduce(1e-12) { $0 + $1 * $1 } }
      let dot = zip(pair.0, pair.1).reduce(0) { $0 + $1.0 * $1.1 }
      let cosine = dot / (squares[0] * squares[1]).squareRoot()
      return label == 1 ? 1 - cosine : label == -1 ? max(0, cosine - 0.1) : 0
    }
    self.init(
      name: "CosineEmbedding \(shape)", loss: CosineEmbeddingLoss(margin: 0.1),
      arguments: Arguments(["input1": first, "input2": second, "target": pairLabels]),
      expected: Tensor(values, shape: sampleShape), meanDenominator: Double(values.count),
      batch: Double(values.count))
  }
}
