import Foundation
import Losses

/// A Lovász extension of the Jaccard loss.
package protocol LovaszAdapter: ReducingAdapter {
  var perImage: Bool { get set }
  var ignoreIndex: Int? { get set }
}

extension LossUnderTest {
  /// The definition: each error times what the Jaccard loss of all larger ones grows by.
  init<Loss: LovaszAdapter>(lovasz loss: Loss, _ shape: Shape) {
    let isHinge = loss is LovaszHingeLoss
    let (samples, classes) = (shape[0], isHinge ? 1 : shape[1])
    let positions = shape.elementCount / samples / classes
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 95)
    let labelShape = isHinge ? shape : shape.dropping(axis: 1)
    let labels = Tensor<Int>.random(in: 0..<max(classes, 2), labelShape, seed: 96)
    let (x, y) = (input.scalars, labels.scalars)
    let groups = loss.perImage ? (0..<samples).map { [$0] } : [Array(0..<samples)]
    let values = groups.map { group -> Double in
      let ofClasses = (0..<classes).compactMap { index -> Double? in
        var elements: [(error: Double, isTrue: Bool)] = []
        for sample in group {
          for position in 0..<positions {
            func score(_ index: Int) -> Double { x[(sample * classes + index) * positions + position] }
            let label = y[sample * positions + position]
            if label == loss.ignoreIndex { continue }
            let total = (0..<classes).reduce(0) { $0 + exp(score($1)) }
            let isTrue = label == (isHinge ? 1 : index)
            let p = exp(score(index)) / total
            elements.append(
              (isHinge ? max(0, isTrue ? 1 - score(0) : 1 + score(0)) : isTrue ? 1 - p : p, isTrue))
          }
        }
        elements.sort { $0.error > $1.error }
        let truth = elements.count { $0.isTrue }
        if truth == 0, !isHinge { return nil }
        func jaccard(_ mistakes: Int) -> Double {
          let wrong = elements.prefix(mistakes)
          let (missed, excess) = (wrong.count { $0.isTrue }, wrong.count { !$0.isTrue })
          return mistakes == 0 ? 0 : 1 - Double(truth - missed) / Double(truth + excess)
        }
        return elements.indices.reduce(0) { $0 + elements[$1].error * (jaccard($1 + 1) - jaccard($1)) }
      }
      return ofClasses.reduce(0, +) / max(1, Double(ofClasses.count))
    }
    self.init(
      name: "\(loss) \(shape)", loss: loss, arguments: Arguments(input: input, labels: labels),
      expected: Tensor(values, shape: loss.perImage ? [samples] : []), meanDenominator: Double(values.count),
      batch: loss.perImage ? Double(samples) : 1)
    shared = ["input"]
  }
}

extension Generator {
  static func lovasz(
    _ name: String, ranks: ClosedRange<Int>,
    loss: @escaping @Sendable (_ perImage: Bool, _ ignoreIndex: Int?) -> any LovaszAdapter
  ) -> Generator {
    Generator("\(name) of regions") { decisions in
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
