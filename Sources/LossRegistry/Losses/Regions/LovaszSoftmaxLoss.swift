package import Losses

extension LovaszSoftmaxLoss: PlainLovaszLoss {
  package func evaluation<S: LossScalar>(of a: Arguments<S>) throws(LossError) -> ErasedEvaluation<S> {
    func call(_ labels: some IntegerTensor) throws(LossError) -> ErasedEvaluation<S> {
      ErasedEvaluation(
        try self(a.input, target: labels.tensor, sampleWeight: a.sampleWeight, mask: a.mask))
    }
    return try call(a.labels)
  }

  static var isHinge: Bool { false }
}

extension RegisteredLoss {
  static let lovaszSoftmax = RegisteredLoss(
    "lovasz_softmax_loss", default: LovaszSoftmaxLoss(),
    spelledOut: LovaszSoftmaxLoss(perImage: false, ignoreIndex: nil, reduction: .mean),
    others: [
      LovaszSoftmaxLoss(perImage: true), LovaszSoftmaxLoss(ignoreIndex: 255),
      LovaszSoftmaxLoss(reduction: .none),
    ],
    reference: .lovasz { LovaszSoftmaxLoss(perImage: $0, ignoreIndex: $1, reduction: $2) },
    samples: {
      ([[2, 3, 5], [3, 4, 2, 2]] as [Shape]).flatMap { shape in
        [LovaszSoftmaxLoss(), LovaszSoftmaxLoss(perImage: true, ignoreIndex: 1)].map {
          LossUnderTest(lovasz: $0, shape)
        }
      }
    },
    generators: [
      .lovasz("LovaszSoftmaxLoss", ranks: 2...4) { LovaszSoftmaxLoss(perImage: $0, ignoreIndex: $1) }
    ])
}
