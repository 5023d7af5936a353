extension Shape {
  /// The product of the lengths, or `nil` if a length is negative or the product does not fit in `Int`.
  package var validElementCount: Int? {
    allSatisfy { $0 >= 0 } ? elementCountIfRepresentable : nil
  }

  /// The product of the lengths of a shape that a caller has asked for.
  ///
  /// - Precondition: no length is negative, and the product fits in `Int`.
  @usableFromInline
  package var checkedElementCount: Int {
    require(allSatisfy { $0 >= 0 }, "shape \(self) has a negative length")
    return elementCount
  }

  /// The product of the lengths of a shape that memory is to be had for.
  ///
  /// `Array` would not notice that the size in bytes does not fit, and get less memory than it counts on.
  ///
  /// - Precondition: no length is negative, and the elements' size in bytes fits in `Int`.
  @usableFromInline
  func allocatedElementCount<Scalar>(of _: Scalar.Type) -> Int {
    let count = checkedElementCount
    // An optimized build loses sight of the overflow where a generic type's stride is multiplied.
    require(
      count <= Int.max / MemoryLayout<Scalar>.stride,
      "the size in bytes of shape \(self) does not fit in Int")
    return count
  }

  /// The axis that an argument means, where -1 is the last one.
  ///
  /// - Precondition: `axis` is in `-count..<count`.
  @usableFromInline
  package func resolvedAxis(_ axis: Int) -> Int {
    require(axis >= -count && axis < count, "axis \(axis) of a tensor of \(count) axes")
    return axis < 0 ? axis + count : axis
  }

  /// Whether a tensor of this shape can be seen as one of the other: lengths are compared from the last axis
  /// on, and each is equal to the other's or is 1. Axes that this shape lacks count as 1.
  package func isBroadcastable(to other: Shape) -> Bool {
    guard count <= other.count, other.validElementCount != nil else { return false }
    let added = other.count - count
    return indices.allSatisfy { self[$0] == 1 || self[$0] == other[added + $0] }
  }

  /// Moves `index` on to the next one in row-major order, and from the last one back to the first.
  @inlinable
  func advance(_ index: inout AxisList) {
    for axis in indices.reversed() {
      index.values[axis] &+= 1
      if index.values[axis] < values[axis] { return }
      index.values[axis] = 0
    }
  }
}
