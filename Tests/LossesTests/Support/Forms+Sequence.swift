import Losses

/// Scores of frames, and labels. The lengths of both are its own.
struct SequenceForm: Form {
  let inputLengths: Tensor<Int>
  let targetLengths: Tensor<Int>
  let loss: @Sendable (Reduction) -> CTCLoss

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(
      a.input, targets: a.labels!, inputLengths: inputLengths, targetLengths: targetLengths)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(
      a.input, targets: a.labels!, inputLengths: inputLengths, targetLengths: targetLengths,
      upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(
      a.input, targets: a.labels!, inputLengths: inputLengths, targetLengths: targetLengths,
      upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(
      a.input, targets: a.labels!, inputLengths: inputLengths, targetLengths: targetLengths,
      upstream: upstream, into: &gradient)
  }
}
