public import Tensors

/// Some of the classes of a loss, of which one call has the scores.
@frozen @usableFromInline
package struct ClassSlice: Sendable {
  package let classes: Range<Int>
  /// The number of all classes.
  package let classCount: Int

  /// - Throws: `LossError` where the slice is empty or goes beyond the classes.
  @usableFromInline
  package init(_ classes: Range<Int>, of classCount: Int) throws(LossError) {
    guard !classes.isEmpty, classes.lowerBound >= 0, classes.upperBound <= classCount else {
      throw .invalidClasses(classes, classCount: classCount)
    }
    self.classes = classes
    self.classCount = classCount
  }

  /// Throws unless an argument has as many classes along an axis as the slice.
  func check(_ shape: Shape, named name: String, axis: Int) throws(LossError) {
    if shape[axis] == classes.count { return }
    var expected = shape
    expected[axis] = classes.count
    throw .shapeMismatch(
      argument: name, shape: shape, expected: expected,
      hint: shape[axis] == classCount
        ? "pass the scores and weights of the classes \(classes) only"
        : "\(classes) are \(classes.count) classes")
  }
}

/// A loss of all classes at a slice of them: its gradient is that of the slice, and its value is known beforehand.
@frozen @usableFromInline
package struct SliceEvaluation<Base: EngineEvaluation>: EngineEvaluation {
  @usableFromInline package typealias Scalar = Base.Scalar
  @usableFromInline package typealias Gradient = Base.Gradient
  @usableFromInline package typealias Gradients = Base.Gradients

  private let base: Base
  private let knownValue: Tensor<Base.Scalar>

  package init(_ base: Base, value: Tensor<Base.Scalar>) {
    self.base = base
    knownValue = value
  }

  @usableFromInline package var gradientShape: Shape { base.gradientShape }
  @usableFromInline package var reducer: Reducer { base.reducer }

  @usableFromInline
  package func run(
    _ gradients: GradientDestinations<Base.Scalar>, upstream: Tensor<Base.Scalar>?
  ) -> Tensor<Base.Scalar> {
    if gradients.first != nil { _ = base.run(gradients.withoutValue, upstream: upstream) }
    return knownValue
  }
}

/// The same of a loss whose gradient has parts with shapes of their own.
@frozen @usableFromInline
package struct PartedSliceEvaluation<Base: PartedEvaluation>: PartedEvaluation {
  @usableFromInline package typealias Scalar = Base.Scalar
  @usableFromInline package typealias Gradient = Base.Gradient
  @usableFromInline package typealias Gradients = Base.Gradients

  private let base: Base
  private let knownValue: Tensor<Base.Scalar>

  package init(_ base: Base, value: Tensor<Base.Scalar>) {
    self.base = base
    knownValue = value
  }

  @usableFromInline package var reducer: Reducer { base.reducer }
  @usableFromInline package var partShapes: [Shape?] { base.partShapes }

  @usableFromInline
  package func run(
    _ parts: [Destination<Base.Scalar>?]?, upstream: Tensor<Base.Scalar>?
  ) -> Tensor<Base.Scalar> {
    if parts != nil { _ = base.run(parts, upstream: upstream) }
    return knownValue
  }
}
