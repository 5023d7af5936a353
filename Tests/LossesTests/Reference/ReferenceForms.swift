import Losses

/// A loss with its hyperparameters, and what it takes to be called: the arguments that one kind of loss has.
protocol ReferenceForm {
  /// PyTorch's names of the tensors. The dtype of the first is what a case is computed in.
  static var tensors: [String] { get }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S>
}

/// Input and target.
struct Elementwise<Loss: ElementwiseLoss>: ReferenceForm {
  static var tensors: [String] { ["input", "target"] }

  let loss: Loss

  init(_ loss: Loss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.numbers("target")
    return ReferenceVerbs(
      input: x,
      value: { try loss(x, target: t) },
      backward: { try loss.backward(x, target: t, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, target: t, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, target: t, upstream: $0, into: &$1) },
      gradients: { try loss.gradients(x, target: t, upstream: $0) }
    )
  }
}

/// Input, target and, where a case has one, a weight.
struct Weighted<Loss: WeightedElementwiseLoss>: ReferenceForm {
  static var tensors: [String] { Elementwise<Loss>.tensors + ["weight"] }

  let loss: Loss

  init(_ loss: Loss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    guard let w: Tensor<S> = try arguments.optionalTensor("weight") else {
      return try Elementwise(loss).verbs(arguments)
    }
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.tensor("target")
    return ReferenceVerbs(
      input: x,
      value: { try loss(x, target: t, weight: w) },
      backward: { try loss.backward(x, target: t, weight: w, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, target: t, weight: w, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, target: t, weight: w, upstream: $0, into: &$1) },
      gradients: { try loss.gradients(x, target: t, weight: w, upstream: $0) }
    )
  }
}

/// Input, target and, where a case has them, a weight and a weight of the positive answers.
struct PositiveWeighted: ReferenceForm {
  static var tensors: [String] { Weighted<BCEWithLogitsLoss>.tensors + ["pos_weight"] }

  let loss: BCEWithLogitsLoss

  init(_ loss: BCEWithLogitsLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    guard let p: Tensor<S> = try arguments.optionalTensor("pos_weight") else {
      return try Weighted(loss).verbs(arguments)
    }
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.tensor("target")
    let w: Tensor<S>? = try arguments.optionalTensor("weight")
    return ReferenceVerbs(
      input: x,
      value: { try loss(x, target: t, weight: w, positiveWeight: p) },
      backward: { try loss.backward(x, target: t, weight: w, positiveWeight: p, upstream: $0) },
      valueWithGradient: {
        try loss.valueWithGradient(x, target: t, weight: w, positiveWeight: p, upstream: $0)
      },
      valueIntoGradient: {
        try loss.valueWithGradient(x, target: t, weight: w, positiveWeight: p, upstream: $0, into: &$1)
      },
      gradients: { try loss.gradients(x, target: t, weight: w, positiveWeight: p, upstream: $0) }
    )
  }
}

/// Input alone.
struct Activated<Function: Activation>: ReferenceForm {
  static var tensors: [String] { ["input"] }

  let function: Function

  init(_ function: Function) { self.function = function }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    return ReferenceVerbs(
      input: x,
      value: { try function(x) },
      backward: { try function.backward(x, upstream: $0) },
      valueWithGradient: { try function.valueWithGradient(x, upstream: $0) },
      valueIntoGradient: { try function.valueWithGradient(x, upstream: $0, into: &$1) }
    )
  }
}

/// The verbs that activations have in common.
protocol Activation {
  func callAsFunction<S: LossScalar>(_ input: Tensor<S>) throws(LossError) -> Tensor<S>
  func backward<S: LossScalar>(_ input: Tensor<S>, upstream: Tensor<S>?) throws(LossError) -> Tensor<S>
  func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>,
    upstream: Tensor<S>?
  ) throws(LossError) -> (value: Tensor<S>, gradient: Tensor<S>)
  func valueWithGradient<S: LossScalar>(
    _ input: Tensor<S>,
    upstream: Tensor<S>?,
    into gradient: inout Tensor<S>
  ) throws(LossError) -> Tensor<S>
}

extension LogSigmoid: Activation {}
extension LogSoftmax: Activation {}
extension LogSumExp: Activation {}
extension Sigmoid: Activation {}
extension Softmax: Activation {}
