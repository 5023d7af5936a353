import Foundation
package import Losses

extension Poly1CrossEntropyLoss: ReducingAdapter {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(
          a.input, target: labels.tensor, weight: a.weight, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }
}

extension RegisteredLoss {
  static let poly1CrossEntropy = RegisteredLoss(
    "poly1_cross_entropy", default: Poly1CrossEntropyLoss(),
    spelledOut: Poly1CrossEntropyLoss(epsilon: 2, ignoreIndex: -100, reduction: .mean),
    others: [
      Poly1CrossEntropyLoss(epsilon: 0.25), Poly1CrossEntropyLoss(ignoreIndex: 3),
      Poly1CrossEntropyLoss(reduction: .none), Poly1CrossEntropyLoss(classAxis: -1),
    ],
    reference: ReferenceCall(
      ["epsilon", "reduction"],
      [ReferenceCall.Parameter("input"), ReferenceCall.Parameter("target", .labels)]
    ) {
      Poly1CrossEntropyLoss(epsilon: try $0.number("epsilon"), reduction: try $0.reduction())
    },
    samples: {
      LossUnderTest.classShapes.flatMap { shape in
        [
          LossUnderTest("Poly1CrossEntropy \(shape)", Poly1CrossEntropyLoss(), shape) {
            $0 + 2 * (1 - exp(-$0))
          },
          LossUnderTest(
            "Poly1CrossEntropy \(shape) weighted, ignoring",
            Poly1CrossEntropyLoss(epsilon: -1, ignoreIndex: 1), shape, isWeighted: true, ignoreIndex: 1
          ) { $0 - (1 - exp(-$0)) },
        ]
      }
    },
    generators: [
      .labels("Poly1CrossEntropy", ranks: 1...4) { decisions, ignored in
        let epsilon = decisions.choice(of: [2, -1, decisions.real(-2..<5)])
        return (Poly1CrossEntropyLoss(epsilon: epsilon, ignoreIndex: ignored), ignored)
      }
    ])
}
