import Losses

/// Log-probabilities of sequences, their labels, and the lengths of both.
struct Aligned: ReferenceForm {
  static var tensors: [String] { ["log_probs", "targets", "input_lengths", "target_lengths"] }

  let loss: CTCLoss

  init(_ loss: CTCLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    try verbs(
      arguments.tensor("log_probs"), arguments.integers("targets"), arguments.integers("input_lengths"),
      arguments.integers("target_lengths"))
  }

  private func verbs<S: ReferenceScalar>(
    _ x: Tensor<S>, _ targets: some IntegerTensor, _ inputLengths: some IntegerTensor,
    _ targetLengths: some IntegerTensor
  ) -> ReferenceVerbs<S> {
    let (t, m, n) = (targets.tensor, inputLengths.tensor, targetLengths.tensor)
    return ReferenceVerbs(
      input: x, named: Self.tensors[0],
      value: { try loss(x, targets: t, inputLengths: m, targetLengths: n) },
      backward: { try loss.backward(x, targets: t, inputLengths: m, targetLengths: n, upstream: $0) },
      valueWithGradient: {
        try loss.valueWithGradient(x, targets: t, inputLengths: m, targetLengths: n, upstream: $0)
      },
      valueIntoGradient: {
        try loss.valueWithGradient(x, targets: t, inputLengths: m, targetLengths: n, upstream: $0, into: &$1)
      })
  }
}
