public import Tensors

/// The gradient of a loss or a measure of two inputs.
public struct PairGradient<S: LossScalar>: Hashable, Sendable {
  /// The gradient by the first input.
  public var input1: Tensor<S>
  /// The gradient by the second input.
  public var input2: Tensor<S>

  /// Creates a gradient of both parts, such as one that is to be written to.
  @inlinable
  public init(input1: Tensor<S>, input2: Tensor<S>) {
    self.input1 = input1
    self.input2 = input2
  }

  /// What errors call the tensors.
  @usableFromInline static var names: [String] { ["gradient.input1", "gradient.input2"] }
}

/// The gradient of a loss of triplets.
public struct TripletGradient<S: LossScalar>: Hashable, Sendable {
  /// The gradient by the anchor.
  public var anchor: Tensor<S>
  /// The gradient by the positive.
  public var positive: Tensor<S>
  /// The gradient by the negative.
  public var negative: Tensor<S>

  /// Creates a gradient of its parts, such as one that is to be written to.
  @inlinable
  public init(anchor: Tensor<S>, positive: Tensor<S>, negative: Tensor<S>) {
    self.anchor = anchor
    self.positive = positive
    self.negative = negative
  }

  /// What errors call the tensors.
  @usableFromInline static var names: [String] {
    ["gradient.anchor", "gradient.positive", "gradient.negative"]
  }
}

// What the verbs of a loss make of a call, where the gradient has parts.
extension LossCall {
  @inlinable
  func valueWithPairGradient(
    _ kernel: (Part) -> Void
  ) -> (value: Tensor<Scalar>, gradient: PairGradient<Scalar>) {
    let results = valueWithGradients(kernel)
    return (results.value, PairGradient(input1: results.input, input2: results.target))
  }

  @inlinable
  func value(
    into gradient: inout PairGradient<Scalar>, _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try value(into: &gradient.input1, &gradient.input2, names: PairGradient<Scalar>.names, kernel)
  }

  @inlinable
  func valueWithTripletGradient(
    _ kernel: (Part) -> Void
  ) -> (value: Tensor<Scalar>, gradient: TripletGradient<Scalar>) {
    let results = valueWithThreeGradients(kernel)
    let gradient = TripletGradient(
      anchor: results.input, positive: results.target, negative: results.parameter)
    return (results.value, gradient)
  }

  @inlinable
  func value(
    into gradient: inout TripletGradient<Scalar>, _ kernel: (Part) -> Void
  ) throws(LossError) -> Tensor<Scalar> {
    try value(
      into: &gradient.anchor, &gradient.positive, &gradient.negative, names: TripletGradient<Scalar>.names,
      kernel)
  }
}
