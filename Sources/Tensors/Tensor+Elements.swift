extension Tensor {
  /// The element at an index for each axis.
  ///
  ///     var matrix: Tensor<Float> = [[1, 2, 3], [4, 5, 6]]
  ///     matrix[1, 2]       // 6.0
  ///     matrix[0, 0] += 1
  ///
  /// Integers alone always mean an element. With a range or `.all` among them the subscript gives a view:
  /// `matrix[1, .all]` is a row.
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  /// - Complexity: O(`rank`). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ indices: Int...) -> Scalar {
    get { storage[layout.position(of: indices)] }
    set {
      makeWhole()
      storage[layout.position(of: indices)] = newValue
    }
  }

  /// The element at an index for each axis, as one value.
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

  /// The only element.
  ///
  ///     Tensor<Float>([[2.5]]).item  // 2.5
  ///
  /// - Precondition: `count` is 1.
  @inlinable
  public var item: Scalar {
    precondition(count == 1, "item of a tensor of \(count) elements")
    return storage[layout.offset]
  }
}

extension Layout {
  /// Where in the storage the element at an index for each axis lies.
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  @inlinable
  func position(of indices: some RandomAccessCollection<Int>) -> Int {
    if indices.count != shape.count { failForRank(indices.count) }
    var position = offset
    var axis = 0
    for index in indices {
      if index < 0 || index >= shape.values[axis] { failForIndex(index, axis: axis) }
      position &+= index &* strides.values[axis]
      axis &+= 1
    }
    return position
  }

  @inline(never)
  @usableFromInline
  func failForRank(_ count: Int) -> Never {
    preconditionFailure("an element of a tensor of \(shape.count) axes was asked for with \(count) indices")
  }

  @inline(never)
  @usableFromInline
  func failForIndex(_ index: Int, axis: Int) -> Never {
    preconditionFailure("index \(index) is outside axis \(axis), of length \(shape[axis])")
  }
}
