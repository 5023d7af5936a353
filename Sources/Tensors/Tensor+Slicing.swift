extension Tensor {
  /// The view of what is selected along each axis, from the first on.
  ///
  /// An entry is an index, which drops the axis, a range of any kind, or an `AxisSlice`: `.all`, or a stride,
  /// which may run backwards. Axes without an entry are taken whole.
  ///
  ///     let images = Tensor<Float>.zeros([16, 3, 28, 28])
  ///     images[..<4].shape                               // [4, 3, 28, 28]
  ///     images[2, 0..<2].shape                           // [2, 28, 28]
  ///     images[.all, 1, .stride(by: 2), 4...23].shape    // [16, 14, 20]
  ///     images[.all, .stride(from: 2, through: 0, by: -1)]
  ///
  /// Where every entry is an index, the subscript that returns an element is meant; write `images[2, .all]` for
  /// a view, or ``selecting(_:axis:)``.
  ///
  /// - Precondition: there are no more entries than axes, and each selects elements that the axis has.
  /// - Complexity: O(`rank`).
  @inlinable
  public subscript<First: AxisSelection, each Rest: AxisSelection>(
    _ first: First,
    _ rest: repeat each Rest
  ) -> Tensor {
    var layout = layout
    var axis = 0
    layout.select(first.axisSlice, axis: axis, ofRank: rank)
    for selection in repeat each rest {
      axis += 1
      layout.select(selection.axisSlice, axis: axis, ofRank: rank)
    }
    return view(layout)
  }

  /// The view of what is selected along one axis: an index drops it, a range or stride keeps it.
  ///
  ///     logits.selecting(2, axis: -1)     // column 2
  ///     logits.selecting(..<4, axis: -1)  // the first four columns
  ///
  /// - Precondition: `axis` is in `-rank..<rank`, and the selection is of elements that the axis has.
  /// - Complexity: O(`rank`).
  @inlinable
  public func selecting(_ selection: some AxisSelection, axis: Int) -> Tensor {
    var layout = layout
    layout.select(selection.axisSlice, axis: shape.resolvedAxis(axis), ofRank: rank)
    return view(layout)
  }

  /// The view whose elements along an axis are in the opposite order.
  ///
  /// - Precondition: `axis` is in `-rank..<rank`.
  @inlinable
  public func reversed(axis: Int) -> Tensor { selecting(.stride(by: -1), axis: axis) }
}

extension Layout {
  /// Restricts an axis to what is selected. `axis` counts in the tensor that selecting began with, of rank
  /// `rank`, and the axes are selected from in order: those dropped so far came before this one.
  @usableFromInline
  package mutating func select(_ slice: AxisSlice, axis: Int, ofRank rank: Int) {
    require(axis < rank, "\(slice) selects from axis \(axis) of a tensor of \(rank) axes")
    let position = axis - (rank - shape.count)
    let (length, stride) = (shape[position], strides[position])
    guard let elements = slice.elements(ofLength: length) else {
      stop("\(slice) is not within axis \(axis), of length \(length)")
    }
    // Wrapping, as the strides of a tensor without elements may be of any size.
    offset &+= elements.first &* stride
    if let count = elements.count {
      shape[position] = count
      strides[position] = stride &* elements.step
    } else {
      shape.remove(at: position)
      strides.remove(at: position)
    }
  }
}
