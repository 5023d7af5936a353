public import Tensors

/// A gradient whose parts, one for each argument, have shapes of their own. Some arguments are optional.
@usableFromInline
package protocol PartedGradient<Scalar>: Sendable {
  associatedtype Scalar: LossScalar

  /// The names by which errors call the parts.
  static var partNames: [String] { get }

  /// Creates a gradient from its parts, `nil` where an argument is absent.
  init(parts: [Tensor<Scalar>?])

  var parts: [Tensor<Scalar>?] { get }
}

extension Tensor: PartedGradient where Scalar: LossScalar {
  @usableFromInline package static var partNames: [String] { ["gradient"] }
  @usableFromInline package init(parts: [Tensor?]) { self = parts[0]! }
  @usableFromInline package var parts: [Tensor?] { [self] }
}

extension PairGradient: PartedGradient {
  @usableFromInline package static var partNames: [String] { ["gradient.input1", "gradient.input2"] }
  @usableFromInline
  package init(parts: [Tensor<Scalar>?]) { self.init(input1: parts[0]!, input2: parts[1]!) }
  @usableFromInline package var parts: [Tensor<Scalar>?] { [input1, input2] }
}

extension PartedGradient {
  init(uninitialized shapes: [Shape?]) {
    self.init(parts: shapes.map { $0.map { Tensor(uninitialized: $0) } })
  }

  /// Throws unless the parts have these shapes. A part without an argument is an error, and so is one too few.
  func check(_ shapes: [Shape?]) throws(LossError) {
    for (index, (part, shape)) in zip(parts, shapes).enumerated() {
      if part == nil, shape == nil { continue }
      // What is not there has no elements.
      try Check.shape(part?.shape ?? [0], named: Self.partNames[index], is: shape ?? [0])
    }
  }

  /// Calls `body` with the parts as results of a loss, which are overwritten or added to.
  mutating func withDestinations<Result>(
    accumulating: Bool, _ body: ([Destination<Scalar>?]) -> Result
  ) -> Result {
    var parts = parts
    // Otherwise the memory would be shared.
    self = Self(parts: parts.map { $0.map { _ in Tensor(whole: [], shape: [0]) } })
    defer { self = Self(parts: parts) }
    return Self.withDestinations(of: &parts, from: 0, [], accumulating: accumulating, body)
  }

  private static func withDestinations<Result>(
    of parts: inout [Tensor<Scalar>?], from index: Int, _ destinations: [Destination<Scalar>?],
    accumulating: Bool, _ body: ([Destination<Scalar>?]) -> Result
  ) -> Result {
    guard index < parts.count else { return body(destinations) }
    guard var part = parts[index] else {
      return withDestinations(
        of: &parts, from: index + 1, destinations + [nil], accumulating: accumulating, body)
    }
    parts[index] = nil
    defer { parts[index] = part }
    return part.withDestination(accumulating: accumulating) { destination in
      withDestinations(
        of: &parts, from: index + 1, destinations + [destination], accumulating: accumulating, body)
    }
  }
}
