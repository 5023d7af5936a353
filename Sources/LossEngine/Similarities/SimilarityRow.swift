public import RealMath

/// The similarities of one vector with others, for a loss to make a value and derivatives of.
@usableFromInline
package struct SimilarityRow<C: RealScalar> {
  @usableFromInline package let similarities: UncheckedBuffer<C>
  /// Where the derivatives of the value with respect to the similarities go. It may be used before they are computed.
  @usableFromInline package let derivatives: UncheckedBuffer<C>
  @usableFromInline package let count: Int
  /// The vector itself among the others, which does not count; −1 where it is not among them.
  @usableFromInline package let excluded: Int
  /// The vector, and the first of those that it is compared with, which follow each other.
  @usableFromInline let vector: UncheckedBuffer<C>
  @usableFromInline let others: UncheckedBuffer<C>
  @usableFromInline let features: Int
  /// The others that the vector belongs to. They may include the excluded one.
  @usableFromInline package let positives: ArraySlice<Int>
  /// The numbers that all rows share, such as a temperature.
  @usableFromInline package let parameters: [Double]
  /// What the derivatives are multiplied by.
  @usableFromInline package let scale: Double
  @usableFromInline package let needsDerivatives: Bool
  /// Where the derivatives with respect to the parameters go.
  @usableFromInline package let parameterDerivatives: UncheckedBuffer<Double>

  /// Returns the square of the distance between the vector and another one, whose product rounding takes for 1 where they
  /// are next to each other.
  package func squaredDistance(to index: Int) -> Double {
    Summation.sum(count: features) { feature in
      let difference = Double(vector[feature]) - Double(others[index &* features &+ feature])
      return difference * difference
    }
  }

  /// The positives but for the excluded one.
  @export(implementation) @inline(__always)
  package var positiveCount: Int { positives.count - (positives.contains(excluded) ? 1 : 0) }

  /// Calls `body` with the positives but for the excluded one.
  @export(implementation) @inline(__always)
  package func forEachPositive(_ body: (Int) -> Void) {
    for index in positives where index != excluded { body(index) }
  }

  /// Sets all derivatives to 0, as those of a vector that does not count.
  @export(implementation) @inline(__always)
  package func clearDerivatives() {
    derivatives.clear(count: count)
    for index in parameters.indices { parameterDerivatives[index] = 0 }
  }
}

/// What a loss makes of the similarities of each vector.
// A reference, since Embedded Swift has no other values of a protocol's type.
package protocol SimilarityFunction: AnyObject, Sendable {
  /// Returns the value of a row, and writes its derivatives if they are needed.
  func compute(_ row: SimilarityRow<Float>) -> Double
  func compute(_ row: SimilarityRow<Double>) -> Double
}
