import Losses

/// Binary cross entropy of logits, averaged over classes.
struct MultiLabelForm: Form {
  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try MultiLabelSoftMarginLoss(reduction: reduction)(a.input, target: a.target!, weight: a.weight)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try MultiLabelSoftMarginLoss(reduction: reduction).backward(
      a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try MultiLabelSoftMarginLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try MultiLabelSoftMarginLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, upstream: upstream, into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    try MultiLabelSoftMarginLoss(reduction: reduction).gradients(
      a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }
}

/// Scores and lists of labels.
struct LabelListForm: Form {
  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try MultiLabelMarginLoss(reduction: reduction)(a.input, target: a.labels!)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try MultiLabelMarginLoss(reduction: reduction).backward(a.input, target: a.labels!, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try MultiLabelMarginLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.labels!, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try MultiLabelMarginLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.labels!, upstream: upstream, into: &gradient)
  }
}

/// The logarithm of a sum of exponentials. It has no reduction.
struct LogSumExpForm: Form {
  let axis: Int

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try LogSumExp(axis: axis)(a.input)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try LogSumExp(axis: axis).backward(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try LogSumExp(axis: axis).valueWithGradient(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try LogSumExp(axis: axis).valueWithGradient(a.input, upstream: upstream, into: &gradient)
  }
}
