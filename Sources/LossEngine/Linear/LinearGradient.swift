public import Tensors

/// The gradient with respect to the input and the parameters of a linear layer.
@frozen
public struct LinearGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the linear weight, in its shape.
  public var linearWeight: Tensor<Scalar>
  /// The gradient with respect to the linear bias, in its shape; `nil` where there is none.
  public var linearBias: Tensor<Scalar>?

  /// Creates a gradient from its parts, such as one that is to be written to.
  @inlinable
  public init(input: Tensor<Scalar>, linearWeight: Tensor<Scalar>, linearBias: Tensor<Scalar>? = nil) {
    self.input = input
    self.linearWeight = linearWeight
    self.linearBias = linearBias
  }
}

/// The gradient with respect to the input and the parameters of a linear layer, and the target.
@frozen
public struct LinearTargetGradient<Scalar: LossScalar>: Hashable, Sendable {
  /// The gradient with respect to the input, in its shape.
  public var input: Tensor<Scalar>
  /// The gradient with respect to the linear weight, in its shape.
  public var linearWeight: Tensor<Scalar>
  /// The gradient with respect to the linear bias, in its shape; `nil` where there is none.
  public var linearBias: Tensor<Scalar>?
  /// The gradient with respect to the target, in its shape.
  public var target: Tensor<Scalar>

  /// Creates a gradient from its parts.
  @inlinable
  public init(
    input: Tensor<Scalar>, linearWeight: Tensor<Scalar>, linearBias: Tensor<Scalar>? = nil,
    target: Tensor<Scalar>
  ) {
    self.input = input
    self.linearWeight = linearWeight
    self.linearBias = linearBias
    self.target = target
  }
}

/// Where the parts of a gradient go. That with respect to the target has the classes last.
struct LinearDestinations<S: LossScalar> {
  let input: Destination<S>
  let linearWeight: Destination<S>
  let linearBias: Destination<S>?
  let target: Destination<S>?

  init(_ parts: [Destination<S>?]) {
    (input, linearWeight, linearBias) = (parts[0]!, parts[1]!, parts[2])
    target = parts.count > 3 ? parts[3] : nil
  }
}

extension LinearGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] {
    ["gradient.input", "gradient.linearWeight", "gradient.linearBias"]
  }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) {
    self.init(input: parts[0]!, linearWeight: parts[1]!, linearBias: parts[2])
  }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input, linearWeight, linearBias] }
}

extension LinearTargetGradient: PartedGradientSet {
  // The classes are last in what was computed, and in the target where the features are in the input.
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) {
    let (input, target) = (parts[0]!, parts[3]!)
    self.init(
      input: input, linearWeight: parts[1]!, linearBias: parts[2],
      target: target.movingAxis(target.rank - 1, to: input.rank - 1))
  }
}
