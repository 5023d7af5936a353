import Foundation
package import Losses

extension MultiLabelSoftMarginLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(
        a.input, target: a.target, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask),
      without: a.weight == nil ? ["weight"] : [])
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
      let weights: [Shape?] = [nil, [4], [3, 1], [2, 3, 4]]
      return weights.map { LossUnderTest(multiLabelSoftMargin: [2, 3, 4], weight: $0) }
        + [LossUnderTest(multiLabelSoftMargin: [4], weight: nil)]
    },
    largeSamples: { [LossUnderTest(multiLabelSoftMargin: [420, 333], weight: [333])] },
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
}

extension LossUnderTest {
  fileprivate init(multiLabelSoftMargin shape: Shape, weight weightShape: Shape?) {
    let input = Tensor<Double>.random(in: -3..<3, shape, seed: 68)
    let target = Tensor<Double>.random(in: 0..<1, shape, seed: 69)
    let weight = weightShape.map { Tensor<Double>.random(in: 0.2..<2, $0, seed: 70) }
    let weights = (weight ?? Tensor(1)).broadcast(to: shape).rows
    let values = zip(zip(input.rows, target.rows), weights).map { pair, w in
      let (x, t) = pair
      let sum = x.indices.reduce(0) {
        $0 + w[$1] * (t[$1] * log(1 + exp(-x[$1])) + (1 - t[$1]) * log(1 + exp(x[$1])))
      }
      return sum / Double(x.count)
    }
    self.init(
      name: "MultiLabelSoftMargin \(shape), weight \(weightShape?.description ?? "absent")",
      loss: MultiLabelSoftMarginLoss(), arguments: Arguments(input: input, target: target, weight: weight),
      expected: Tensor(values, shape: Shape(shape.dropLast())), meanDenominator: Double(values.count),
      batch: shape.count == 1 ? 1 : Double(shape[0]), shared: ["weight"])
  }
}
