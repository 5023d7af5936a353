extension Tensor: Equatable where Scalar: Equatable {
  /// Whether both have the same shape and equal elements, wherever these lie in memory.
  ///
  /// Elements compare as scalars do: 0 equals -0, and NaN equals nothing, itself included.
  ///
  /// - Complexity: O(`count`).
  @inlinable
  public static func == (left: Tensor, right: Tensor) -> Bool {
    guard left.shape == right.shape else { return false }
    return left.withSpan { first in
      right.withSpan { second in first.indices.allSatisfy { first[$0] == second[$0] } }
    }
  }
}

extension Tensor: Hashable where Scalar: Hashable {
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    withSpan { elements in
      for index in elements.indices { hasher.combine(elements[index]) }
    }
  }
}
