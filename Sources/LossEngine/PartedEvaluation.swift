public import Tensors

// The calls that have such gradients multiply matrices. Lists of parts, which are allocated, cost nothing beside these; for
// the calls of a microsecond that `EngineEvaluation` is for, they would be most of the time.

/// The gradients with respect to several arguments, whose parts have shapes of their own. Some arguments are optional.
@usableFromInline
package protocol PartedGradientSet<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  /// Creates the set from its parts, `nil` where an argument is absent.
  init(parts: [Tensor<Scalar>?])
}

/// A gradient with such parts, that a caller may pass to be written to.
@usableFromInline
package protocol PartedGradient<Scalar>: PartedGradientSet {
  /// The names by which errors call the parts.
  static var partNames: [String] { get }

  /// The names of parts that follow these, where their number is that of the arguments.
  static func furtherPartNames(_ count: Int) -> [String]

  var parts: [Tensor<Scalar>?] { get }
}

extension Tensor: PartedGradientSet, PartedGradient where Scalar: LossScalar {
  @usableFromInline package static var partNames: [String] { ["gradient"] }
  @usableFromInline package init(parts: [Tensor?]) { self = parts[0]! }
  @usableFromInline package var parts: [Tensor?] { [self] }
}

extension InputGradient: PartedGradientSet {
  @usableFromInline package init(parts: [Tensor<Scalar>?]) { self.init(input: parts[0]!) }
}

extension PairGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] { ["gradient.input1", "gradient.input2"] }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) { self.init(input1: parts[0]!, input2: parts[1]!) }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input1, input2] }
}

extension PartedGradientSet {
  /// Returns the gradients with parts of these shapes that `body` computes, and its result.
  fileprivate static func computed<Result>(
    _ shapes: some Collection<Shape?>, by body: ([Destination<Scalar>?]) -> Result
  ) -> (Result, Self) {
    var parts = shapes.map { $0.map { Tensor<Scalar>(uninitialized: $0) } }
    let result = withDestinations(of: &parts, accumulating: false, body)
    return (result, Self(parts: parts))
  }

  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  fileprivate static func withDestinations<Result>(
    of parts: inout [Tensor<Scalar>?], accumulating: Bool, before destinations: [Destination<Scalar>?] = [],
    _ body: ([Destination<Scalar>?]) -> Result
  ) -> Result {
    let index = destinations.count
    guard index < parts.count else { return body(destinations) }
    guard var part = parts[index] else {
      return withDestinations(of: &parts, accumulating: accumulating, before: destinations + [nil], body)
    }
    // Otherwise the memory would be shared.
    parts[index] = nil
    defer { parts[index] = part }
    return part.withDestination(accumulating: accumulating) { destination in
      withDestinations(of: &parts, accumulating: accumulating, before: destinations + [destination], body)
    }
  }
}

extension PartedGradient {
  @usableFromInline package static func furtherPartNames(_ count: Int) -> [String] { [] }

  /// The names of the parts of a gradient with respect to `count` arguments at most.
  fileprivate static func names(of count: Int) -> [String] {
    partNames + furtherPartNames(max(0, count - partNames.count))
  }

  /// Throws unless the parts have these shapes. A part without an argument is an error, and so is one too few.
  fileprivate func check(_ shapes: [Shape?]) throws(LossError) {
    let parts = parts
    for (index, name) in Self.names(of: max(parts.count, shapes.count)).enumerated() {
      switch (index < parts.count ? parts[index] : nil, index < shapes.count ? shapes[index] : nil) {
      case (nil, nil): continue
      case (let part?, let shape?): try Check.shape(part.shape, named: name, is: shape)
      case (let part, let shape):
        // What is not there has no elements.
        throw .shapeMismatch(argument: name, shape: part?.shape ?? [0], expected: shape ?? [0])
      }
    }
  }

  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  fileprivate mutating func withDestinations<Result>(
    accumulating: Bool, _ body: ([Destination<Scalar>?]) -> Result
  ) -> Result {
    var parts = parts
    // Otherwise the memory would be shared.
    self = Self(parts: parts.map { $0.map { _ in Tensor(whole: [], shape: [0]) } })
    defer { self = Self(parts: parts) }
    return Self.withDestinations(of: &parts, accumulating: accumulating, body)
  }
}

/// An evaluation that the engine runs, whose gradient has parts with shapes of their own: all verbs from one function.
@usableFromInline
package protocol PartedEvaluation: Evaluation
where Gradient: PartedGradient<Scalar>, Gradients: PartedGradientSet<Scalar> {
  /// What makes results of values and upstream.
  var reducer: Reducer { get }

  /// The shapes of the arguments with a gradient, `nil` where one is absent: those that ``Gradient`` has a part for, then
  /// those that only ``Gradients`` has one for.
  var partShapes: [Shape?] { get }

  /// Computes the loss, and the gradients if they have destinations, which are in the order of the shapes.
  ///
  /// - Precondition: The upstream has the shape of the value.
  func run(_ parts: [Destination<Scalar>?]?, upstream: Tensor<Scalar>?) -> Tensor<Scalar>
}

extension PartedEvaluation {
  @inlinable package static var writesInPlace: Bool { true }

  /// That of the first part.
  @usableFromInline package var gradientShape: Shape { partShapes[0]! }

  private var ownShapes: [Shape?] {
    let shapes = partShapes
    return Array(shapes.prefix(Gradient.names(of: shapes.count).count))
  }

  @usableFromInline package var denominator: Double { reducer.denominator }

  @usableFromInline
  package func value() -> Tensor<Scalar> { run(nil, upstream: nil) }

  // The value comes with the scores, which the gradient needs.
  @usableFromInline
  package func backward(upstream: Tensor<Scalar>?) throws(LossError) -> Gradient {
    try valueWithGradient(upstream: upstream).gradient
  }

  @usableFromInline
  package func valueWithGradient(
    upstream: Tensor<Scalar>?
  ) throws(LossError) -> (value: Tensor<Scalar>, gradient: Gradient) {
    try reducer.check(upstream)
    return Gradient.computed(ownShapes) { run($0, upstream: upstream) }
  }

  @usableFromInline
  package func valueWithGradient(
    into gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(writtenTo: &gradient, accumulating: false, upstream: upstream)
  }

  @usableFromInline
  package func valueWithGradient(
    addingTo gradient: inout Gradient, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try valueWithGradient(writtenTo: &gradient, accumulating: true, upstream: upstream)
  }

  private func valueWithGradient(
    writtenTo gradient: inout Gradient, accumulating: Bool, upstream: Tensor<Scalar>?
  ) throws(LossError) -> Tensor<Scalar> {
    try reducer.check(upstream)
    try gradient.check(ownShapes)
    return gradient.withDestinations(accumulating: accumulating) { run($0, upstream: upstream) }
  }

  @usableFromInline
  package func gradients(upstream: Tensor<Scalar>?) throws(LossError) -> Gradients {
    try reducer.check(upstream)
    return Gradients.computed(partShapes) { run($0, upstream: upstream) }.1
  }
}
