// Every function here returns a view, except `reshaped(to:)` and `flattened()` where no strides give the shape.

extension Tensor {
  /// The view of a matrix with its rows as columns.
  ///
  /// - Precondition: the rank is 2.
  public func transposed() -> Tensor {
    require(rank == 2, "transposed() of a tensor of \(rank) axes: name the two to exchange")
    return transposed(0, 1)
  }

  /// The view with two axes exchanged.
  ///
  ///     Tensor<Float>.zeros([2, 3, 4]).transposed(0, -1).shape  // [4, 3, 2]
  ///
  /// - Precondition: both axes are in `-rank..<rank`.
  public func transposed(_ axis: Int, _ otherAxis: Int) -> Tensor {
    let (axis, otherAxis) = (shape.resolvedAxis(axis), shape.resolvedAxis(otherAxis))
    var layout = layout
    layout.shape.swapAt(axis, otherAxis)
    layout.strides.swapAt(axis, otherAxis)
    return view(layout)
  }

  /// The view whose axes are those of this tensor in another order.
  ///
  ///     Tensor<Float>.zeros([2, 3, 4]).permuted([2, 0, 1]).shape  // [4, 2, 3]
  ///
  /// - Precondition: `axes` names each axis once, counting from the front or, if negative, from the end.
  public func permuted(_ axes: AxisList) -> Tensor {
    require(axes.count == rank, "\(axes) is no order of \(rank) axes")
    var layout = layout
    var isNamed = SIMD8<Int>.zero
    for (position, axis) in axes.enumerated() {
      let source = shape.resolvedAxis(axis)
      require(isNamed[source] == 0, "\(axes) names axis \(source) twice")
      isNamed[source] = 1
      layout.shape[position] = shape[source]
      layout.strides[position] = strides[source]
    }
    return view(layout)
  }

  /// The view without the axes of length 1.
  public func squeezed() -> Tensor {
    var layout = layout
    for axis in shape.indices.reversed() where shape[axis] == 1 { layout.removeAxis(axis) }
    return view(layout)
  }

  /// The view without an axis of length 1.
  ///
  /// - Precondition: `axis` is in `-rank..<rank`, and its length is 1.
  public func squeezed(axis: Int) -> Tensor {
    let axis = shape.resolvedAxis(axis)
    require(shape[axis] == 1, "axis \(axis) cannot be left out, as its length is \(shape[axis])")
    var layout = layout
    layout.removeAxis(axis)
    return view(layout)
  }

  /// The view with one more axis, of length 1, which is the result's axis `axis`.
  ///
  ///     Tensor([1, 2, 3]).insertingAxis(at: 0).shape   // [1, 3]
  ///     Tensor([1, 2, 3]).insertingAxis(at: -1).shape  // [3, 1]
  ///
  /// - Precondition: `axis` is in `-(rank + 1)...rank`, and the rank is less than 8.
  public func insertingAxis(at axis: Int) -> Tensor {
    require(
      axis >= -rank - 1 && axis <= rank,
      "axis \(axis) to be inserted into a tensor of \(rank) axes"
    )
    let axis = axis < 0 ? axis + rank + 1 : axis
    var layout = layout
    layout.shape.insert(1, at: axis)
    layout.strides.insert(1, at: axis)
    return view(layout)
  }

  /// The view of another shape in which an element stands for a whole axis: axes of length 1 are stretched, and
  /// axes in front are added.
  ///
  ///     let row: Tensor<Float> = [[1, 2, 3]]
  ///     row.broadcast(to: [2, 3])  // [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]
  ///
  /// - Precondition: counted from the last axis, each length of this tensor is 1 or that of `shape`.
  public func broadcast(to shape: Shape) -> Tensor {
    require(self.shape.isBroadcastable(to: shape), "shape \(self.shape) cannot be broadcast to \(shape)")
    let added = shape.count - rank
    var newStrides = Strides(repeating: 0, count: shape.count)
    for axis in 0..<rank where self.shape[axis] == shape[added + axis] {
      newStrides[added + axis] = strides[axis]
    }
    return view(Layout(shape: shape, strides: newStrides, offset: layout.offset))
  }

  /// The same elements in the same row-major order, in another shape.
  ///
  /// A view where strides can describe it, as they always can of a contiguous tensor; else a copy.
  ///
  ///     Tensor(0..<6).reshaped(to: [2, 3])  // [[0, 1, 2], [3, 4, 5]]
  ///
  /// A shape that is in an array becomes one with `Shape(array)`.
  ///
  /// - Precondition: the shape has as many elements as the tensor. No length is found by itself: −1 is none.
  public func reshaped(to shape: Shape) -> Tensor {
    let newCount = shape.checkedElementCount
    require(newCount == count, "shape \(shape) has \(newCount) elements, but the tensor has \(count)")
    guard let strides = layout.strides(reshapedTo: shape) else { return Tensor(whole: scalars, shape: shape) }
    return view(Layout(shape: shape, strides: strides, offset: layout.offset))
  }

  /// The elements in row-major order as a tensor of rank 1.
  ///
  /// A view where one stride can describe it, as it always can of a contiguous tensor; else a copy.
  public func flattened() -> Tensor { reshaped(to: [count]) }
}

extension Layout {
  mutating func removeAxis(_ axis: Int) {
    shape.remove(at: axis)
    strides.remove(at: axis)
  }

  /// The strides that give the same elements in the same order in another shape of equal element count, or
  /// `nil` if there are none.
  ///
  /// Merged axes cannot be described by one stride, so each of them has to be a product of whole new axes.
  func strides(reshapedTo newShape: Shape) -> Strides? {
    var newStrides = newShape.rowMajorStrides
    if newShape.elementCount == 0 { return newStrides }
    let merged = merged
    var axis = newShape.count
    for mergedAxis in merged.shape.indices.reversed() {
      var covered = 1
      while covered < merged.shape[mergedAxis] {
        axis -= 1
        newStrides[axis] = merged.strides[mergedAxis] * covered
        covered *= newShape[axis]
      }
      if covered != merged.shape[mergedAxis] { return nil }
    }
    return newStrides
  }
}
