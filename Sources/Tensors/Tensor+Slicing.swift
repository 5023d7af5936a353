extension Tensor {
  /// The view of what is selected along each axis, from the first on.
  ///
  /// An entry is an index, which drops the axis, a range of any kind, or an `AxisSlice`: `.all`, or a stride, which may
  /// run backwards. Axes without an entry are taken whole.
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
    _ first: First, _ rest: repeat each Rest
  ) -> Tensor {
    view(layout.selecting(first, repeat each rest))
  }

  /// The view of what is selected along the first two axes, whose elements can be replaced.
  ///
  /// They become those of a tensor of the same shape. With three or four entries it is the same:
  ///
  ///     var matrix: Tensor<Float> = [[1, 2], [3, 4]]
  ///     matrix[0, .all] = [5, 6]
  ///     matrix[.all, 1] *= 10
  ///     matrix  // [[5.0, 60.0], [3.0, 40.0]]
  ///
  /// - Precondition: there are no more entries than axes, and each selects elements that the axis has.
  /// - Complexity: O(`rank`) for the view, and O(its `count`) to replace its elements. The first write to a view, or to
  ///   memory that is shared, copies it.
  @inlinable
  public subscript<A: AxisSelection, B: AxisSelection>(_ a: A, _ b: B) -> Tensor {
    get { view(layout.selecting(a, b)) }
    set { replace(with: newValue) { $0.selecting(a, b) } }
  }

  /// The view of what is selected along the first three axes, whose elements can be replaced.
  @inlinable
  public subscript<A: AxisSelection, B: AxisSelection, C: AxisSelection>(_ a: A, _ b: B, _ c: C) -> Tensor {
    get { view(layout.selecting(a, b, c)) }
    set { replace(with: newValue) { $0.selecting(a, b, c) } }
  }

  /// The view of what is selected along the first four axes, whose elements can be replaced.
  @inlinable
  public subscript<A: AxisSelection, B: AxisSelection, C: AxisSelection, D: AxisSelection>(
    _ a: A, _ b: B, _ c: C, _ d: D
  ) -> Tensor {
    get { view(layout.selecting(a, b, c, d)) }
    set { replace(with: newValue) { $0.selecting(a, b, c, d) } }
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
  /// The layout of what is selected along each axis, from the first on.
  @inlinable
  func selecting<each Selection: AxisSelection>(_ selections: repeat each Selection) -> Layout {
    var layout = self
    var axis = 0
    for selection in repeat each selections {
      layout.select(selection.axisSlice, axis: axis, ofRank: shape.count)
      axis += 1
    }
    return layout
  }

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
