package import Losses

extension QuantileLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .element }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    if quantiles.isEmpty { faults.hyperparameter("quantiles", 0, isAllowed: false) }
    for quantile in quantiles { faults.hyperparameter("quantile", quantile, isAllowed: 0...1 ~= quantile) }
    let shape = a.input.shape
    if quantiles.count == 1, shape == a.target.shape || shape.last != 1 {
      return PlainCall(elementsOf: a, ["input", "target"], numbers, &faults) {
        Self.terms($0[0], $0[1], numbers.rounded(quantiles[0]))
      }
    }
    if shape.last != quantiles.count { faults.unsupported(shape, of: "input") }
    guard !shape.isEmpty else { return nil }
    faults.size(shape, of: "input")
    faults.shape(a.target.shape, of: "target", is: Shape(shape.dropLast()))
    if let weight = a.weight { faults.shape(weight.shape, of: "weight", is: shape) }
    guard faults.isEmpty else { return nil }
    var broadcast = a
    broadcast.target = a.target.insertingAxis(at: a.target.rank).broadcast(to: shape)
    broadcast["quantiles"] = Tensor(quantiles)
    var call = PlainCall(
      elementsOf: broadcast, ["input", "target"], others: ["quantiles"], numbers, &faults
    ) { Self.terms($0[0], $0[1], $0[2]) }
    guard let gradients = call?.gradients else { return nil }
    call?.gradients = { scales in
      var result = gradients(scales)
      let target = result["target"]!
      let count = quantiles.count
      result["target"] = (0..<a.target.count).map { target[$0 * count..<($0 + 1) * count].sum }
      return result
    }
    return call
  }

  private static func terms(_ x: Bounded, _ t: Bounded, _ q: Bounded) -> PlainTerms {
    let d = t - x
    if d.value.isNaN { return (d, [d, d]) }
    if d.isAmbiguous { return (d, [Bounded(0, error: 1), Bounded(0, error: 1)]) }
    if d.isZero { return (Bounded(0, ulp: d.ulp), [0.5 - q, q - 0.5]) }
    let weight = d.value > 0 ? q : 1 - q
    let slope = d.value > 0 ? -weight : weight
    return (weight.isZero ? Bounded(0, ulp: d.ulp) : weight * d.magnitude, [slope, -slope])
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
        LossUnderTest("Quantile", QuantileLoss(quantile: 0.75), .regression),
        LossUnderTest("Quantile weighted", QuantileLoss(quantile: 0.75), .regression.weighted),
        sample(quantiles, targets: [3, 4], isWeighted: false),
        sample(quantiles, targets: [5], isWeighted: true),
        sample([0.25], targets: [2, 3], isWeighted: false),
      ]
    },
    generators: [
      .weightedElements("Quantile", -50..<50, -50..<50) { QuantileLoss(quantile: $0.real(0..<1)) },
      Generator("Quantiles", allowsLongRows: false) { decisions in
        let shape = decisions.shape(ranks: 1...4)
        // Exact in every type, as is the difference from 1: the smaller one is rounded to the type of the data.
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

  /// Predictions of several quantiles of each target.
  private static func sample(_ quantiles: [Double], targets: Shape, isWeighted: Bool) -> LossUnderTest {
    let shape = targets.inserting(quantiles.count, axis: targets.count)
    return LossUnderTest(
      "Quantile \(quantiles) \(targets)", QuantileLoss(quantiles: quantiles),
      Arguments(
        input: .random(in: -2..<2, shape, seed: 75), target: .random(in: -2..<2, targets, seed: 76),
        weight: isWeighted ? .random(in: 0.2..<2, shape, seed: 77) : nil))
  }
}
