import Losses

/// A Lovász extension of the Jaccard loss.
package protocol LovaszAdapter: ReducingAdapter {
  var perImage: Bool { get set }
  var ignoreIndex: Int? { get set }
}

extension LossUnderTest {
  init<Loss: LovaszAdapter>(lovasz loss: Loss, _ shape: Shape) {
    let isHinge = loss is LovaszHingeLoss
    let labels = Tensor<Int>.random(
      in: 0..<(isHinge ? 2 : shape[1]), isHinge ? shape : shape.dropping(axis: 1), seed: 96)
    self.init(
      "\(loss) \(shape)", loss, Arguments(input: .random(in: -2..<2, shape, seed: 95), labels: labels),
      shared: ["input"])
  }
}

extension Generator {
  static func lovasz(
    _ name: String, ranks: ClosedRange<Int>,
    loss: @escaping @Sendable (_ perImage: Bool, _ ignoreIndex: Int?) -> any LovaszAdapter
  ) -> Generator {
    Generator("\(name) of regions", allowsLongRows: false) { decisions in
      let ignored = decisions.choice(of: [nil, -100, 255, 0])
      let loss = loss(decisions.isOne(in: 2), ignored)
      let shape = decisions.shape(ranks: ranks)
      let hasClasses = loss is LovaszSoftmaxLoss && shape.count > 1
      let labelShape = hasClasses ? shape.dropping(axis: 1).orScalar : shape
      return Call(
        loss,
        Arguments(
          input: decisions.tensor(shape, -4..<4),
          labels: decisions.labels(labelShape, classes: hasClasses ? shape[1] : 2, ignored: ignored)))
    }
  }
}

extension ReferenceCall {
  static func lovasz(
    _ loss: @escaping @Sendable (_ perImage: Bool, _ ignoreIndex: Int?, Reduction) -> any LovaszAdapter
  ) -> ReferenceCall {
    ReferenceCall(
      ["per_image", "ignore_index", "reduction"], [Parameter("input"), Parameter("target", .labels)]
    ) {
      loss(
        try $0.boolean("per_image"), $0.isGiven("ignore_index") ? try $0.integer("ignore_index") : nil,
        try $0.reduction())
    }
  }
}
