package import Losses

extension LovaszHingeLoss: PlainLovaszLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  static var isHinge: Bool { true }
}

extension RegisteredLoss {
  static let lovaszHinge = RegisteredLoss(
    "lovasz_hinge_loss", default: LovaszHingeLoss(),
    spelledOut: LovaszHingeLoss(perImage: false, ignoreIndex: nil, reduction: .mean),
    others: [
      LovaszHingeLoss(perImage: true), LovaszHingeLoss(ignoreIndex: 255), LovaszHingeLoss(reduction: .none),
    ],
    reference: .lovasz { LovaszHingeLoss(perImage: $0, ignoreIndex: $1, reduction: $2) },
    samples: {
      ([[2, 7], [3, 1, 4]] as [Shape]).flatMap { shape in
        [LovaszHingeLoss(), LovaszHingeLoss(perImage: true, ignoreIndex: 1)].map {
          LossUnderTest(lovasz: $0, shape)
        }
      }
    },
    generators: [.lovasz("LovaszHingeLoss", ranks: 1...4) { LovaszHingeLoss(perImage: $0, ignoreIndex: $1) }])
}
