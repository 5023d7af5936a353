import Losses

/// Scores, class indices and, where a case has one, a weight of each class.
struct Labelled<Loss: ClassLoss>: ReferenceForm {
  static var tensors: [String] { ["input", "target", "weight"] }

  let loss: Loss

  init(_ loss: Loss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    switch try arguments.source("target").dtype {
    case .int64: try verbs(arguments, labels: Int64.self)
    case .int32: try verbs(arguments, labels: Int32.self)
    case .uint8: try verbs(arguments, labels: UInt8.self)
    case let dtype: throw ReferenceProblem.inexpressible("labels are \(dtype)")
    }
  }

  private func verbs<S: ReferenceScalar, Label: ReferenceElement & FixedWidthInteger>(
    _ arguments: ReferenceArguments,
    labels: Label.Type
  ) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<Label> = try arguments.tensor("target")
    let w: Tensor<S>? = try arguments.optionalTensor("weight")
    return ReferenceVerbs(
      input: x,
      value: { try loss(x, target: t, weight: w) },
      backward: { try loss.backward(x, target: t, weight: w, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, target: t, weight: w, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, target: t, weight: w, upstream: $0, into: &$1) }
    )
  }
}

/// Cross entropy, whose target is class indices or, in the input's dtype, class probabilities.
struct LabelledOrProbable: ReferenceForm {
  static var tensors: [String] { Labelled<CrossEntropyLoss>.tensors }

  let loss: CrossEntropyLoss

  init(_ loss: CrossEntropyLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    guard try arguments.source("target").dtype == S.dtype else { return try Labelled(loss).verbs(arguments) }
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.tensor("target")
    let w: Tensor<S>? = try arguments.optionalTensor("weight")
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

/// Scores and a list of class indices for each sample.
struct LabelLists: ReferenceForm {
  static var tensors: [String] { ["input", "target"] }

  let loss: MultiLabelMarginLoss

  init(_ loss: MultiLabelMarginLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<Int64> = try arguments.tensor("target")
    return ReferenceVerbs(
      input: x,
      value: { try loss(x, target: t) },
      backward: { try loss.backward(x, target: t, upstream: $0) },
      valueWithGradient: { try loss.valueWithGradient(x, target: t, upstream: $0) },
      valueIntoGradient: { try loss.valueWithGradient(x, target: t, upstream: $0, into: &$1) }
    )
  }
}

/// Scores, an answer for each class and, where a case has one, a weight.
struct MultiLabelled: ReferenceForm {
  static var tensors: [String] { ["input", "target", "weight"] }

  let loss: MultiLabelSoftMarginLoss

  init(_ loss: MultiLabelSoftMarginLoss) { self.loss = loss }

  func verbs<S: ReferenceScalar>(_ arguments: ReferenceArguments) throws -> ReferenceVerbs<S> {
    let x: Tensor<S> = try arguments.tensor("input")
    let t: Tensor<S> = try arguments.numbers("target")
    let w: Tensor<S>? = try arguments.optionalTensor("weight")
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
