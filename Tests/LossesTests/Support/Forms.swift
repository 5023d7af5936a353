import Losses

/// The verbs of a loss or an activation, whatever arguments it takes.
protocol Form: Sendable {
  func value<S: LossScalar>(_ arguments: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S>

  func backward<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S>

  func valueWithGradient<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>)

  func valueWithGradient<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S>

  /// The gradients by input and target, where the target has one.
  func gradients<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)?
}

extension Form {
  func gradients<S: LossScalar>(
    _ arguments: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? { nil }
}

/// A loss of input and target.
struct ElementwiseForm<Loss: ElementwiseLoss>: Form {
  let loss: @Sendable (Reduction) -> Loss

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(a.input, target: a.target!)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(a.input, target: a.target!, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(a.input, target: a.target!, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(a.input, target: a.target!, upstream: upstream, into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    try loss(reduction).gradients(a.input, target: a.target!, upstream: upstream)
  }
}

/// A loss of input, target and the weight of each element.
struct WeightedForm<Loss: WeightedElementwiseLoss>: Form {
  let loss: @Sendable (Reduction) -> Loss

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(a.input, target: a.target!, weight: a.weight)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, upstream: upstream, into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    try loss(reduction).gradients(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }
}

/// Binary cross entropy with weights of the positive answers.
struct PositiveWeightForm: Form {
  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try BCEWithLogitsLoss(reduction: reduction)(
      a.input, target: a.target!, weight: a.weight, positiveWeight: a.positiveWeight)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try BCEWithLogitsLoss(reduction: reduction).backward(
      a.input, target: a.target!, weight: a.weight, positiveWeight: a.positiveWeight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try BCEWithLogitsLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, positiveWeight: a.positiveWeight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try BCEWithLogitsLoss(reduction: reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, positiveWeight: a.positiveWeight, upstream: upstream,
      into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    try BCEWithLogitsLoss(reduction: reduction).gradients(
      a.input, target: a.target!, weight: a.weight, positiveWeight: a.positiveWeight, upstream: upstream)
  }
}

/// A loss of scores and labels.
struct LabelForm<Loss: ClassLoss>: Form {
  let loss: @Sendable (Reduction) -> Loss

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(a.input, target: a.labels!, weight: a.weight)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(a.input, target: a.labels!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(a.input, target: a.labels!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(
      a.input, target: a.labels!, weight: a.weight, upstream: upstream, into: &gradient)
  }
}

/// Cross entropy with probabilities.
struct ProbabilityForm: Form {
  let loss: @Sendable (Reduction) -> CrossEntropyLoss

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try loss(reduction)(a.input, target: a.target!, weight: a.weight)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).backward(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try loss(reduction).valueWithGradient(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try loss(reduction).valueWithGradient(
      a.input, target: a.target!, weight: a.weight, upstream: upstream, into: &gradient)
  }

  func gradients<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (input: Tensor<S>, target: Tensor<S>)? {
    try loss(reduction).gradients(a.input, target: a.target!, weight: a.weight, upstream: upstream)
  }
}

/// A function of each element. It has no reduction.
struct ElementwiseActivationForm<Activation: ElementwiseActivation>: Form {
  let activation: Activation

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    activation(a.input)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try activation.backward(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try activation.valueWithGradient(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try activation.valueWithGradient(a.input, upstream: upstream, into: &gradient)
  }
}

/// A function along an axis. It has no reduction.
struct AxisActivationForm<Activation: AxisActivation>: Form {
  let activation: Activation

  func value<S: LossScalar>(_ a: Arguments<S>, _ reduction: Reduction) throws(LossError) -> Tensor<S> {
    try activation(a.input)
  }

  func backward<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> Tensor<S> {
    try activation.backward(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>) {
    try activation.valueWithGradient(a.input, upstream: upstream)
  }

  func valueWithGradient<S: LossScalar>(
    _ a: Arguments<S>, _ reduction: Reduction, upstream: Tensor<S>?, into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S> {
    try activation.valueWithGradient(a.input, upstream: upstream, into: &gradient)
  }
}
