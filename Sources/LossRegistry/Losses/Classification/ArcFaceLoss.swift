import Foundation
package import Losses

extension ArcFaceLoss: ReducingAdapter {
  package var valueUnit: ValueUnit? { .sample }
  package var meanOfNothingIsZero: Bool { true }

  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, classWeights: a["classWeights"], target: labels.tensor, sampleWeight: a.sampleWeight,
          mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension EmbeddingGradient: GradientTensors {
  package static var labels: [String] { ["input", "classWeights"] }
  package var tensors: [Tensor<Scalar>] { [input, classWeights] }
  package init(_ tensors: [Tensor<Scalar>], labels: [String]) {
    self.init(input: tensors[0], classWeights: tensors[1])
  }
}

extension ArcFaceLoss {
  package func plain(_ a: Arguments<Double>, _ numbers: Precision, _ faults: inout Faults) -> PlainCall? {
    faults.hyperparameter("margin", margin, isAllowed: 0...Double.pi ~= margin)
    return PlainCall(embeddings: a, scale: scale, numbers, &faults) { cosine in
      let (c, s) = (Bounded(cos(margin)), Bounded(sin(margin)))
      let beyond = -c - cosine
      if beyond.isAmbiguous { return (Bounded(0, error: .infinity), Bounded(0, error: .infinity)) }
      if beyond.value > 0 { return (cosine - Bounded(margin) * s, 1) }
      let square = (1 - cosine) * (1 + cosine)
      // What little is left of two parallel vectors depends on rounding.
      if square.value <= 4 * square.error + 64 * numbers.ulp {
        return (
          cosine * c - Bounded(0, error: square.error.squareRoot() + 1e-2) * s, Bounded(0, error: .infinity)
        )
      }
      let sine = square.squareRoot
      return (cosine * c - sine * s, c + cosine * s / sine)
    }
  }
}

extension RegisteredLoss {
  static let arcFace = RegisteredLoss(
    "arcface_loss", default: ArcFaceLoss(),
    spelledOut: ArcFaceLoss(margin: 0.5, scale: 64, reduction: .mean),
    others: [ArcFaceLoss(margin: 0.3), ArcFaceLoss(scale: 30), ArcFaceLoss(reduction: .none)],
    reference: .embeddings { arguments in
      ArcFaceLoss(
        margin: try arguments.number("margin"), scale: try arguments.number("scale"),
        reduction: try arguments.reduction())
    },
    samples: {
      // With a large margin, some angles are beyond π − m.
      [0.5, 2].map {
        LossUnderTest(embeddings: ArcFaceLoss(margin: $0, scale: 4), count: 6, features: 3, classes: 4)
      }
    },
    largeSamples: {
      [LossUnderTest(embeddings: ArcFaceLoss(scale: 3), count: 60, features: 50, classes: 130)]
    },
    generators: [
      .embeddings("ArcFace") { ArcFaceLoss(margin: $0.real(0..<1.5), scale: $0.real(1..<16)) }
    ])
}

// What both losses of embeddings and class weights have in common.

extension ReferenceCall {
  static func embeddings(
    _ loss: @escaping @Sendable (ReferenceArguments) throws -> any Adapter
  ) -> ReferenceCall {
    ReferenceCall(
      ["margin", "scale", "reduction"],
      [
        Parameter("input"), Parameter("class_weights", as: "classWeights"), Parameter("target", .labels),
      ], loss: loss)
  }
}

extension Generator {
  static func embeddings(
    _ name: String, _ loss: @escaping @Sendable (inout Decisions) -> any Adapter
  ) -> Generator {
    Generator(name) { decisions in
      let loss = loss(&decisions)
      let (count, features) = decisions.vectors()
      let classes =
        decisions.isLarge ? 60 : decisions.injectsFault(in: 12) ? 0 : 1 + decisions.number(below: 6)
      var arguments = Arguments([
        "input": decisions.matrix(count, features), "classWeights": decisions.matrix(classes, features),
      ])
      arguments.integers["target"] = decisions.labels([count], classes: classes)
      return Call(loss, arguments)
    }
  }
}

extension LossUnderTest {
  init(embeddings loss: some ReducingAdapter, count: Int, features: Int, classes: Int) {
    var arguments = Arguments<Double>([
      "input": .random(in: -1..<1, [count, features], seed: 90),
      "classWeights": .random(in: -1..<1, [classes, features], seed: 91),
    ])
    arguments.integers["target"] = Tensor.random(in: 0..<classes, [count], seed: 92)
    self.init("\(loss), \(classes) classes", loss, arguments, shared: ["input", "classWeights"])
  }
}
