public import Tensors

/// The gradient with respect to the input and the parameters of a linear layer.
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

/// The shapes of the parts of a gradient; that of the target has the classes last.
struct LinearGradientShapes: Sendable {
  let input: Shape
  let linearWeight: Shape
  let linearBias: Shape?
  let target: Shape
}

/// Where the parts of a gradient go. That with respect to the target has the classes last.
struct LinearDestinations<S: LossScalar> {
  let input: Destination<S>
  let linearWeight: Destination<S>
  let linearBias: Destination<S>?
  let target: Destination<S>?
}

extension LinearGradient {
  init(uninitialized shapes: LinearGradientShapes) {
    self.init(
      input: Tensor(uninitialized: shapes.input), linearWeight: Tensor(uninitialized: shapes.linearWeight),
      linearBias: shapes.linearBias.map { Tensor(uninitialized: $0) })
  }

  /// Throws unless the parts have these shapes. A part without a place is an error, and so is one too many.
  func check(_ shapes: LinearGradientShapes) throws(LossError) {
    try Check.shape(input.shape, named: "gradient.input", is: shapes.input)
    try Check.shape(linearWeight.shape, named: "gradient.linearWeight", is: shapes.linearWeight)
    switch (linearBias, shapes.linearBias) {
    case (let part?, let shape?): try Check.shape(part.shape, named: "gradient.linearBias", is: shape)
    case (nil, nil): break
    case (let part, let shape):
      // What is not there has no elements.
      throw .shapeMismatch(
        argument: "gradient.linearBias", shape: part?.shape ?? [0], expected: shape ?? [0])
    }
  }

  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  mutating func withDestinations<Result>(
    accumulating: Bool, target: Destination<Scalar>? = nil, _ body: (LinearDestinations<Scalar>) -> Result
  ) -> Result {
    var bias = linearBias
    // Otherwise the memory would be shared.
    linearBias = nil
    defer { linearBias = bias }
    return input.withDestination(accumulating: accumulating) { input in
      linearWeight.withDestination(accumulating: accumulating) { linearWeight in
        func run(_ bias: Destination<Scalar>?) -> Result {
          body(LinearDestinations(input: input, linearWeight: linearWeight, linearBias: bias, target: target))
        }
        return bias?.withDestination(accumulating: accumulating, run) ?? run(nil)
      }
    }
  }
}

/// The gradients with respect to all differentiable arguments of a loss with a linear layer.
@usableFromInline
package protocol LinearGradientSet<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  /// Whether the target is among the arguments.
  static var hasTarget: Bool { get }

  init(_ gradient: LinearGradient<Scalar>, target: Tensor<Scalar>?)
}

extension LinearGradient: LinearGradientSet {
  @usableFromInline package static var hasTarget: Bool { false }
  @usableFromInline package init(_ gradient: LinearGradient, target: Tensor<Scalar>?) { self = gradient }
}

extension LinearTargetGradient: LinearGradientSet {
  @usableFromInline package static var hasTarget: Bool { true }
  @usableFromInline
  package init(_ gradient: LinearGradient<Scalar>, target: Tensor<Scalar>?) {
    guard let target else { preconditionFailure("the gradient with respect to the target is missing") }
    self.init(
      input: gradient.input, linearWeight: gradient.linearWeight, linearBias: gradient.linearBias,
      target: target)
  }
}
