// An element has an index for each axis. The overloads keep the indices out of an array, which would cost an
// allocation for each element written; they end in the subscript that takes the indices as one value.

extension Tensor {
  /// The element at an index for each axis.
  ///
  ///     tensor[[1, 0, 2]]  // the same as tensor[1, 0, 2]
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  /// - Complexity: O(`rank`). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ index: AxisList) -> Scalar {
    get { storage[layout.position(of: index)] }
    set {
      makeWhole()
      storage[layout.position(of: index)] = newValue
    }
  }

  /// The element of a tensor of rank 1 at an index.
  ///
  /// - Precondition: the rank is 1, and the index is in `0..<shape[0]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int) -> Scalar {
    get { self[AxisList(i)] }
    set { self[AxisList(i)] = newValue }
  }

  /// The element of a tensor of rank 2 at an index for each axis.
  ///
  ///     var matrix: Tensor<Float> = [[1, 2, 3], [4, 5, 6]]
  ///     matrix[1, 2]       // 6.0
  ///     matrix[0, 0] += 1
  ///
  /// Integers alone always mean an element. With a range or `.all` among them the subscript gives a view:
  /// `matrix[1, .all]` is a row.
  ///
  /// - Precondition: the rank is 2, and each index is in `0..<shape[axis]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int) -> Scalar {
    get { self[AxisList(i, j)] }
    set { self[AxisList(i, j)] = newValue }
  }

  /// The element of a tensor of rank 3 at an index for each axis.
  ///
  /// - Precondition: the rank is 3, and each index is in `0..<shape[axis]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int, _ k: Int) -> Scalar {
    get { self[AxisList(i, j, k)] }
    set { self[AxisList(i, j, k)] = newValue }
  }

  /// The element of a tensor of rank 4 at an index for each axis.
  ///
  /// - Precondition: the rank is 4, and each index is in `0..<shape[axis]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int, _ k: Int, _ l: Int) -> Scalar {
    get { self[AxisList(i, j, k, l)] }
    set { self[AxisList(i, j, k, l)] = newValue }
  }

  /// The element of a tensor of rank 5 to 8 at an index for each axis.
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  /// - Complexity: O(`rank`). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int, _ k: Int, _ l: Int, _ m: Int, _ others: Int...) -> Scalar {
    get { self[AxisList([i, j, k, l, m] + others)] }
    set { self[AxisList([i, j, k, l, m] + others)] = newValue }
  }

  /// The only element.
  ///
  ///     let loss: Tensor<Float> = [[2.5]]
  ///     loss.item  // 2.5
  ///
  /// - Precondition: `count` is 1.
  @inlinable
  public var item: Scalar {
    require(count == 1, "item of a tensor of \(count) elements")
    return storage[layout.offset]
  }
}

extension AxisList {
  @inlinable
  init(_ i: Int) { self.init(SIMD8(i, 0, 0, 0, 0, 0, 0, 0), count: 1) }

  @inlinable
  init(_ i: Int, _ j: Int) { self.init(SIMD8(i, j, 0, 0, 0, 0, 0, 0), count: 2) }

  @inlinable
  init(_ i: Int, _ j: Int, _ k: Int) { self.init(SIMD8(i, j, k, 0, 0, 0, 0, 0), count: 3) }

  @inlinable
  init(_ i: Int, _ j: Int, _ k: Int, _ l: Int) { self.init(SIMD8(i, j, k, l, 0, 0, 0, 0), count: 4) }

  @inlinable
  init(_ values: SIMD8<Int>, count: Int) {
    self.values = values
    rank = count
  }
}

extension Layout {
  /// Where in the storage the element at an index lies.
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  @inlinable
  func position(of index: AxisList) -> Int {
    if index.count != shape.count { failForRank(of: index) }
    var position = offset
    for axis in 0..<shape.count {
      if index.values[axis] < 0 || index.values[axis] >= shape.values[axis] { failForBounds(of: index, axis) }
      position &+= index.values[axis] &* strides.values[axis]
    }
    return position
  }

  @inline(never)
  @usableFromInline
  func failForRank(of index: AxisList) -> Never {
    stop(
      "an element of a tensor of \(shape.count) axes has not the index \(index); a view takes a range or .all"
    )
  }

  @inline(never)
  @usableFromInline
  func failForBounds(of index: AxisList, _ axis: Int) -> Never {
    stop("index \(index[axis]) is outside axis \(axis), of length \(shape[axis])")
  }
}
