package import Losses

extension BCELoss: PlainElementwiseLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    ErasedEvaluation(try self(a.input, target: a.target, weight: a.weight, mask: a.mask))
  }

  var plainDomain: ClosedRange<Double>? { 0...1 }
  var plainWeighting: ElementWeighting { .broadcast }

  func terms(_ x: Bounded, _ t: Bounded, _: Precision) -> PlainTerms {
    let logX = x.logarithm.raised(to: -100)
    let logComplement = (-x).logarithmOfOnePlus.raised(to: -100)
    // The bound is PyTorch's, a number of `Float`.
    let variance = (x * (1 - x)).raised(to: Bounded(Double(1e-12 as Float)))
    return ((t - 1) * logComplement - t * logX, [(x - t) / variance, logComplement - logX])
  }
}

extension RegisteredLoss {
  static let bce = RegisteredLoss(
    "binary_cross_entropy", default: BCELoss(), spelledOut: BCELoss(reduction: .mean),
    others: [BCELoss(reduction: .batchMean)],
    reference: ReferenceCall(["reduction"], .weightedElements) { BCELoss(reduction: try $0.reduction()) },
    samples: {
      let shape: Shape = [2, 3, 4]
      let arguments = Arguments(
        input: Tensor<Double>.random(in: 0.25..<0.75, shape, seed: 6),
        target: .random(in: 0.05..<0.95, shape, seed: 5))
      var (full, column) = (arguments, arguments)
      full.weight = .random(in: 0.2..<2, shape, seed: 8)
      column.weight = .random(in: 0.2..<2, [4], seed: 9)
      return [
        LossUnderTest("BCE", BCELoss(), arguments),
        LossUnderTest("BCE weighted", BCELoss(), full),
        LossUnderTest("BCE weighted by column", BCELoss(), column),
      ]
    },
    largeSamples: {
      var (arguments, _, row) = Arguments.largeElements
      arguments.weight = row
      return [LossUnderTest("BCE weighted", BCELoss(), arguments)]
    },
    generators: [.weightedElements("BCE", 0..<1, 0..<1, isBroadcast: true) { _ in BCELoss() }])
}
