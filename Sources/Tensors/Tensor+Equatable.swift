extension Tensor: Equatable where Scalar: Equatable {
  /// Whether both have the same shape and equal elements, wherever these lie in memory.
  ///
  /// Elements compare as scalars do: 0 equals -0, and NaN equals nothing, itself included.
  ///
  /// - Complexity: O(`count`).
  @inlinable
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.rowMajorElements.elementsEqual(right.rowMajorElements)
  }
}

extension Tensor: Hashable where Scalar: Hashable {
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    for element in rowMajorElements { hasher.combine(element) }
  }
}
