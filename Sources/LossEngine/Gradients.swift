public import Tensors

/// The gradient with respect to the one differentiable argument of a loss.
@frozen
public struct InputGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>

  /// Creates a gradient from its part.
  @inlinable
  public init(input: Tensor<Scalar>) { self.input = input }
}

/// The gradient with respect to input and target.
@frozen
public struct InputTargetGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>

  /// Creates a gradient from its parts.
  @inlinable
  public init(input: Tensor<Scalar>, target: Tensor<Scalar>) {
    self.input = input
    self.target = target
  }
}

/// The gradient with respect to input, target and weight.
@frozen
public struct InputTargetWeightGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>
  /// The gradient with respect to the weight of the classes, in its shape; `nil` where there is none.
  public var weight: Tensor<Scalar>?

  /// Creates a gradient from its parts.
  @inlinable
  public init(input: Tensor<Scalar>, target: Tensor<Scalar>, weight: Tensor<Scalar>? = nil) {
    self.input = input
    self.target = target
    self.weight = weight
  }
}

/// The gradient with respect to input, target and variance.
@frozen
public struct InputTargetVarianceGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>
  /// The gradient with respect to the variance, in its shape.
  public var variance: Tensor<Scalar>

  /// Creates a gradient from its parts.
  @inlinable
  public init(input: Tensor<Scalar>, target: Tensor<Scalar>, variance: Tensor<Scalar>) {
    self.input = input
    self.target = target
    self.variance = variance
  }
}

/// The gradient with respect to input, target and dispersion.
@frozen
public struct InputTargetDispersionGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>
  /// The gradient with respect to the dispersion, in its shape.
  public var dispersion: Tensor<Scalar>

  /// Creates a gradient from its parts.
  @inlinable
  public init(input: Tensor<Scalar>, target: Tensor<Scalar>, dispersion: Tensor<Scalar>) {
    self.input = input
    self.target = target
    self.dispersion = dispersion
  }
}

/// The gradient with respect to both inputs of a loss or a measure.
@frozen
public struct PairGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the first input, in its shape.
  public var input1: Tensor<Scalar>
  /// The gradient with respect to the second input, in its shape.
  public var input2: Tensor<Scalar>

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(input1: Tensor<Scalar>, input2: Tensor<Scalar>) {
    self.input1 = input1
    self.input2 = input2
  }
}

/// The gradient with respect to both inputs and the target.
@frozen
public struct PairTargetGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the first input, in its shape.
  public var input1: Tensor<Scalar>
  /// The gradient with respect to the second input, in its shape.
  public var input2: Tensor<Scalar>
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>

  /// Creates a gradient from its parts.
  @inlinable
  public init(input1: Tensor<Scalar>, input2: Tensor<Scalar>, target: Tensor<Scalar>) {
    self.input1 = input1
    self.input2 = input2
    self.target = target
  }
}

/// The gradient with respect to anchor, positive and negative.
@frozen
public struct TripletGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the anchor, in its shape.
  public var anchor: Tensor<Scalar>
  /// The gradient with respect to the positive, in its shape.
  public var positive: Tensor<Scalar>
  /// The gradient with respect to the negative, in its shape.
  public var negative: Tensor<Scalar>

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(anchor: Tensor<Scalar>, positive: Tensor<Scalar>, negative: Tensor<Scalar>) {
    self.anchor = anchor
    self.positive = positive
    self.negative = negative
  }
}
