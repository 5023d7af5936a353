package import Losses

extension QuantileLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }
}

extension RegisteredLoss {
  static let quantile = RegisteredLoss(
    "quantile_loss", default: QuantileLoss(),
    spelledOut: QuantileLoss(quantiles: [0.5], reduction: .mean),
    others: [
      QuantileLoss(quantile: 0.1), QuantileLoss(quantiles: [0.1, 0.9]), QuantileLoss(quantiles: [0.9, 0.1]),
      QuantileLoss(reduction: .none),
    ],
    reference: ReferenceCall(["quantiles", "reduction"], .elements) {
      QuantileLoss(quantiles: try $0.listOfNumbers("quantiles"), reduction: try $0.reduction())
    },
    samples: {
      let quantiles = [0.25, 0.5, 0.875]
      return [
        LossUnderTest("Quantile", QuantileLoss(quantile: 0.75), .regression) { x, t, _ in
          pinball(x, t, quantile: 0.75)
        },
        LossUnderTest(
          "Quantile weighted", QuantileLoss(quantile: 0.75), .regression.weighted, isMeanWeighted: true
        ) { x, t, _ in pinball(x, t, quantile: 0.75) },
        LossUnderTest(quantiles: quantiles, targets: [3, 4], isWeighted: false),
        LossUnderTest(quantiles: quantiles, targets: [5], isWeighted: true),
        LossUnderTest(quantiles: [0.25], targets: [2, 3], isWeighted: false),
      ]
    },
    generators: [
      .weightedElements("Quantile", -50..<50, -50..<50) { QuantileLoss(quantile: $0.real(0..<1)) },
      Generator("Quantiles") { decisions in
        let shape = decisions.shape(ranks: 1...4)
        // Exact in every type, since they are rounded to that of the data.
        var quantiles = (0..<min(shape.last ?? 1, 1 << 20)).map { _ in
          Double(decisions.number(below: 257)) / 256
        }
        if decisions.injectsFault(in: 6) {
          quantiles = [decisions.choice(of: [.nan, -1, 2, .infinity, 0, 1])]
        }
        let weight = decisions.isOne(in: 2) ? decisions.tensor(shape, 0.1..<2) : nil
        return Generator.Call(
          QuantileLoss(quantiles: quantiles),
          Arguments(
            input: decisions.tensor(shape, -50..<50),
            target: decisions.tensor(Shape(shape.dropLast()).orScalar, -50..<50), weight: weight))
      },
    ])
}

private func pinball(_ x: Double, _ t: Double, quantile q: Double) -> Double {
  max(q * (t - x), (q - 1) * (t - x))
}

extension LossUnderTest {
  /// Predictions of several quantiles of each target.
  fileprivate init(quantiles: [Double], targets: Shape, isWeighted: Bool) {
    let shape = targets.inserting(quantiles.count, axis: targets.count)
    let input = Tensor<Double>.random(in: -2..<2, shape, seed: 75)
    let target = Tensor<Double>.random(in: -2..<2, targets, seed: 76)
    let weight = isWeighted ? Tensor<Double>.random(in: 0.2..<2, shape, seed: 77) : nil
    self.init(
      name: "Quantile \(quantiles) \(targets)", loss: QuantileLoss(quantiles: quantiles),
      arguments: Arguments(input: input, target: target, weight: weight),
      expected: Tensor(shape: shape) { index in
        let loss = pinball(input[index], target[Shape(index.dropLast())], quantile: quantiles[index.last!])
        return (weight?[index] ?? 1) * loss
      },
      meanDenominator: weight?.scalars.reduce(0, +) ?? Double(shape.elementCount),
      batch: Double(shape[0]))
  }
}
