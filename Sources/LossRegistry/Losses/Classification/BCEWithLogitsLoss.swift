package import Losses

extension BCEWithLogitsLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .element }
  package var meanIgnoresWeights: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(
      try self(a.input, target: a.target, weight: a.weight, positiveWeight: a.positiveWeight, mask: a.mask))
  }

  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    if a.positiveWeight == nil {
      return PlainCall(elementsOf: a, ["input", "target"], weighting: .broadcast, numbers, &faults) {
        Self.terms($0[0], $0[1])
      }
    }
    return PlainCall(
      elementsOf: a, ["input", "target"], others: ["positiveWeight"], weighting: .broadcast, numbers, &faults
    ) {
      Self.terms($0[0], $0[1], positiveWeight: $0[2])
    }
  }

  /// t·p·(−log σ(x)) + (1 − t)·(−log σ(−x)), where a factor of 0 wins against an infinity.
  static func terms(_ x: Bounded, _ t: Bounded, positiveWeight p: Bounded = 1) -> PlainTerms {
    func product(_ factor: Bounded, _ other: Bounded) -> Bounded { factor.isZero ? 0 : factor * other }
    let (positive, negative) = (p * t, 1 - t)
    return (
      product(positive, (-x).softplus) + product(negative, x.softplus),
      [
        product(negative, x.sigmoid) - product(positive, (-x).sigmoid),
        p.value == 1 && p.ulp == 0 ? -x : p * (-x).softplus - x.softplus,
      ]
    )
  }
}

extension RegisteredLoss {
  static let bceWithLogits = RegisteredLoss(
    "binary_cross_entropy_with_logits", default: BCEWithLogitsLoss(),
    spelledOut: BCEWithLogitsLoss(reduction: .mean), others: [BCEWithLogitsLoss(reduction: .none)],
    reference: ReferenceCall(
      ["reduction"],
      .weightedElements + [ReferenceCall.Parameter("pos_weight", as: "positiveWeight", .optionalTensor)]
    ) {
      BCEWithLogitsLoss(reduction: try $0.reduction())
    },
    samples: {
      let shape: Shape = [2, 3, 4]
      let full = Tensor<Double>.random(in: 0.2..<2, shape, seed: 8)
      let row = Tensor<Double>.random(in: 0.2..<2, [4], seed: 9)
      let column = Tensor<Double>.random(in: 0.2..<3, [3, 1], seed: 10)
      func sample(_ name: String, weight: Tensor<Double>?, positiveWeight: Tensor<Double>?) -> LossUnderTest {
        let arguments = Arguments(
          input: Tensor<Double>.random(in: -3..<3, shape, seed: 7),
          target: .random(in: 0.05..<0.95, shape, seed: 5), weight: weight, positiveWeight: positiveWeight)
        return LossUnderTest("BCEWithLogits\(name)", BCEWithLogitsLoss(), arguments)
      }
      return [
        sample("", weight: nil, positiveWeight: nil),
        sample(" weighted", weight: full, positiveWeight: nil),
        sample(" positive", weight: nil, positiveWeight: row),
        sample(" with both", weight: column, positiveWeight: row),
        sample(" swapped", weight: row, positiveWeight: column),
      ]
    },
    largeSamples: {
      var (arguments, weight, row) = Arguments.largeElements
      arguments.weight = weight
      arguments.positiveWeight = row
      return [LossUnderTest("BCEWithLogits positive", BCEWithLogitsLoss(), arguments)]
    },
    generators: [
      .weightedElements("BCEWithLogits", -50..<50, 0..<1, isBroadcast: true) { _ in BCEWithLogitsLoss() },
      Generator("BCEWithLogits positive") { decisions in
        let shape = decisions.shape(ranks: 0...4)
        let weight = decisions.isOne(in: 2) ? decisions.broadcastable(to: shape) : nil
        return Generator.Call(
          BCEWithLogitsLoss(),
          Arguments(
            input: decisions.tensor(shape, -50..<50), target: decisions.tensor(shape, 0..<1),
            weight: weight.map { decisions.tensor($0, 0..<2) },
            positiveWeight: decisions.tensor(decisions.broadcastable(to: shape), 0..<3)))
      },
    ])
}
