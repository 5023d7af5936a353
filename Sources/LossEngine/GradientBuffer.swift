public import Tensors

/// Where the gradients with respect to the arguments of a loss go, in the order of the arguments; those that nobody asks
/// for are `nil`.
@frozen @usableFromInline
package struct GradientDestinations<S: LossScalar> {
  /// Whether the value is asked for too. Values that are not reduced may need as much memory as a gradient.
  @usableFromInline package var includesValue = true
  @usableFromInline package let first: Destination<S>?
  @usableFromInline package let second: Destination<S>?
  @usableFromInline package let third: Destination<S>?

  @inlinable
  package init(
    _ first: Destination<S>? = nil, _ second: Destination<S>? = nil, _ third: Destination<S>? = nil
  ) {
    self.first = first
    self.second = second
    self.third = third
  }

  var isEmpty: Bool { first == nil && second == nil && third == nil }

  /// The gradients alone.
  @inlinable
  package var withoutValue: GradientDestinations {
    var destinations = self
    destinations.includesValue = false
    return destinations
  }
}

/// A gradient that a caller may pass to be written to.
@usableFromInline
package protocol GradientBuffer<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  /// Creates parts of this shape, to be written to.
  init(uninitialized shape: Shape)

  /// Throws unless all parts have this shape.
  func check(shape: Shape) throws(LossError)

  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  mutating func withDestinations<Result>(
    accumulating: Bool, _ body: (GradientDestinations<Scalar>) -> Result
  ) -> Result
}

extension Tensor: GradientBuffer where Scalar: LossScalar {
  @inlinable
  package func check(shape: Shape) throws(LossError) {
    try Check.shape(self.shape, named: "gradient", is: shape)
  }

  @inlinable
  package mutating func withDestinations<Result>(
    accumulating: Bool, _ body: (GradientDestinations<Scalar>) -> Result
  ) -> Result {
    withDestination(accumulating: accumulating) { body(GradientDestinations($0)) }
  }
}

extension PairGradient: GradientBuffer {
  @inlinable
  package init(uninitialized shape: Shape) {
    self.init(input1: Tensor(uninitialized: shape), input2: Tensor(uninitialized: shape))
  }

  @inlinable
  package func check(shape: Shape) throws(LossError) {
    try Check.shape(input1.shape, named: "gradient.input1", is: shape)
    try Check.shape(input2.shape, named: "gradient.input2", is: shape)
  }

  @inlinable
  package mutating func withDestinations<Result>(
    accumulating: Bool, _ body: (GradientDestinations<Scalar>) -> Result
  ) -> Result {
    input1.withDestination(accumulating: accumulating) { first in
      input2.withDestination(accumulating: accumulating) { second in
        body(GradientDestinations(first, second))
      }
    }
  }
}

extension TripletGradient: GradientBuffer {
  @inlinable
  package init(uninitialized shape: Shape) {
    self.init(
      anchor: Tensor(uninitialized: shape), positive: Tensor(uninitialized: shape),
      negative: Tensor(uninitialized: shape))
  }

  @inlinable
  package func check(shape: Shape) throws(LossError) {
    try Check.shape(anchor.shape, named: "gradient.anchor", is: shape)
    try Check.shape(positive.shape, named: "gradient.positive", is: shape)
    try Check.shape(negative.shape, named: "gradient.negative", is: shape)
  }

  @inlinable
  package mutating func withDestinations<Result>(
    accumulating: Bool, _ body: (GradientDestinations<Scalar>) -> Result
  ) -> Result {
    anchor.withDestination(accumulating: accumulating) { first in
      positive.withDestination(accumulating: accumulating) { second in
        negative.withDestination(accumulating: accumulating) { third in
          body(GradientDestinations(first, second, third))
        }
      }
    }
  }
}

/// The gradients with respect to all differentiable arguments of a loss, in the order of its arguments.
@usableFromInline
package protocol GradientSet<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  /// The number of arguments, from 1 to 3.
  static var count: Int { get }

  /// Creates the set from the first `count` tensors.
  init(_ tensors: [Tensor<Scalar>])
}

extension GradientSet {
  /// Returns the gradients that `body` computes.
  @inlinable
  package static func computed(
    shape: Shape, by body: (GradientDestinations<Scalar>) -> Tensor<Scalar>
  ) -> [Tensor<Scalar>] {
    var first = Tensor<Scalar>(uninitialized: shape)
    if count == 1 {
      _ = first.withDestination { body(GradientDestinations($0)) }
      return [first]
    }
    var second = Tensor<Scalar>(uninitialized: shape)
    if count == 2 {
      _ = first.withDestination { first in
        second.withDestination { second in body(GradientDestinations(first, second)) }
      }
      return [first, second]
    }
    var third = Tensor<Scalar>(uninitialized: shape)
    _ = first.withDestination { first in
      second.withDestination { second in
        third.withDestination { third in body(GradientDestinations(first, second, third)) }
      }
    }
    return [first, second, third]
  }
}

extension InputGradient: GradientSet {
  @inlinable package static var count: Int { 1 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) { self.init(input: tensors[0]) }
}

extension InputTargetGradient: GradientSet {
  @inlinable package static var count: Int { 2 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) { self.init(input: tensors[0], target: tensors[1]) }
}

// The gradient with respect to the weight is computed by itself.
extension InputTargetWeightGradient: GradientSet {
  @inlinable package static var count: Int { 2 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) { self.init(input: tensors[0], target: tensors[1]) }
}

extension InputTargetVarianceGradient: GradientSet {
  @inlinable package static var count: Int { 3 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1], variance: tensors[2])
  }
}

extension InputTargetDispersionGradient: GradientSet {
  @inlinable package static var count: Int { 3 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) {
    self.init(input: tensors[0], target: tensors[1], dispersion: tensors[2])
  }
}

extension PairGradient: GradientSet {
  @inlinable package static var count: Int { 2 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) { self.init(input1: tensors[0], input2: tensors[1]) }
}

extension PairTargetGradient: GradientSet {
  @inlinable package static var count: Int { 3 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) {
    self.init(input1: tensors[0], input2: tensors[1], target: tensors[2])
  }
}

extension TripletGradient: GradientSet {
  @inlinable package static var count: Int { 3 }
  @inlinable package init(_ tensors: [Tensor<Scalar>]) {
    self.init(anchor: tensors[0], positive: tensors[1], negative: tensors[2])
  }
}
