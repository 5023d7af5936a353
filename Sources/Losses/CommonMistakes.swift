public import LossEngine
public import Tensors

// Calls that cannot be compiled, but whose error would not say why. Each is declared here as unavailable, with a message
// that does. An available overload is always preferred.

// Weights are data, and arguments of the call. In PyTorch they belong to the loss.

extension CrossEntropyLoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message:
      "class weights are an argument of the call: CrossEntropyLoss()(input, target: target, weight: weight)"
  )
  public init(
    weight: Any?, ignoreIndex: Int? = -100, labelSmoothing: Double = 0, reduction: Reduction = .mean
  ) { fatalError() }
}

extension NLLLoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message: "class weights are an argument of the call: NLLLoss()(input, target: target, weight: weight)"
  )
  public init(weight: Any?, ignoreIndex: Int? = -100, reduction: Reduction = .mean) { fatalError() }
}

extension MultiMarginLoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message:
      "class weights are an argument of the call: MultiMarginLoss()(input, target: target, weight: weight)"
  )
  public init(p: Int = 1, margin: Double = 1, weight: Any?, reduction: Reduction = .mean) { fatalError() }
}

extension MultiLabelSoftMarginLoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message: """
      class weights are an argument of the call: MultiLabelSoftMarginLoss()(input, target: target, weight: weight)
      """
  )
  public init(weight: Any?, reduction: Reduction = .mean) { fatalError() }
}

extension BCELoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message: "weights are an argument of the call: BCELoss()(input, target: target, weight: weight)"
  )
  public init(weight: Any?, reduction: Reduction = .mean) { fatalError() }
}

extension BCEWithLogitsLoss {
  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message: "weights are an argument of the call: BCEWithLogitsLoss()(input, target: target, weight: weight)"
  )
  public init(weight: Any?, reduction: Reduction = .mean) { fatalError() }

  /// Weights are arguments of the call.
  @available(
    *, unavailable,
    message: """
      weights are arguments of the call: BCEWithLogitsLoss()(input, target: target, positiveWeight: positiveWeight)
      """
  )
  public init(weight: Any? = nil, positiveWeight: Any?, reduction: Reduction = .mean) { fatalError() }
}

// Arrays, literals of integers and missing labels, where the compiler says of no type what it should be.

extension ElementwiseLoss {
  /// Arrays become tensors first.
  @available(*, unavailable, message: "arrays become tensors first: Tensor(array)")
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: [Scalar], target: [Scalar]
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> { fatalError() }

  /// Targets are numbers.
  @available(*, unavailable, message: "the target is a tensor of the input's type: Tensor<Float>(labels)")
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar, Label: FixedWidthInteger & TensorScalar>(
    _ input: Tensor<Scalar>, target: Tensor<Label>, weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> { fatalError() }

  /// The target has a label.
  @available(*, unavailable, message: "the target has a label: loss(input, target: target)")
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, _ target: Tensor<Scalar>
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputTargetGradient<Scalar>> { fatalError() }
}

extension CrossEntropyLoss {
  /// Labels are a tensor.
  @available(
    *, unavailable, message: "labels are a tensor of integers: Tensor(array), or [0, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: [Int], weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

extension NLLLoss {
  /// Labels are a tensor.
  @available(
    *, unavailable, message: "labels are a tensor of integers: Tensor(array), or [0, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: [Int], weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

extension FocalLoss {
  /// Labels are a tensor.
  @available(
    *, unavailable, message: "labels are a tensor of integers: Tensor(array), or [0, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: [Int], weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

extension MultiMarginLoss {
  /// Labels are a tensor.
  @available(
    *, unavailable, message: "labels are a tensor of integers: Tensor(array), or [0, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: [Int], weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

extension ClassLoss {
  /// Labels are a tensor.
  @available(
    *, unavailable, message: "labels are a tensor of integers: Tensor(array), or [0, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ input: Tensor<Scalar>, target: [Int], weight: Tensor<Scalar>? = nil
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

extension CTCLoss {
  /// Targets and lengths are tensors.
  @available(
    *, unavailable,
    message: "targets and lengths are tensors of integers: Tensor(array), or [3, 1] as Tensor<Int>"
  )
  @_disfavoredOverload
  public func callAsFunction<Scalar: LossScalar>(
    _ scores: Tensor<Scalar>, targets: [Int], inputLengths: [Int], targetLengths: [Int]
  ) throws(LossError) -> any Evaluation<Scalar, Tensor<Scalar>, InputGradient<Scalar>> { fatalError() }
}

// Verbs belong to the evaluation that a call returns.

extension ElementwiseLoss {
  /// Verbs belong to what a call returns.
  @available(*, unavailable, message: "call the loss first: loss(input, target: target).backward()")
  public func backward() { fatalError() }
}

extension ClassLoss {
  /// Verbs belong to what a call returns.
  @available(*, unavailable, message: "call the loss first: loss(input, target: target).backward()")
  public func backward() { fatalError() }
}

extension CrossEntropyLoss {
  /// Verbs belong to what a call returns.
  @available(*, unavailable, message: "call the loss first: loss(input, target: target).backward()")
  public func backward() { fatalError() }
}

extension Evaluation {
  /// The number is in the value.
  @available(*, unavailable, message: "the value is a tensor, whose number is its item: loss.value().item")
  public var item: Scalar { fatalError() }
}
