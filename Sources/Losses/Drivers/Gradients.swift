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
