/// Where the elements of a tensor lie in its storage: the index (i₀, i₁, …) at `offset` + Σ iₐ·`strides[a]`.
@frozen @usableFromInline
package struct Layout: Hashable, Sendable {
  @usableFromInline package var shape: Shape
  @usableFromInline package var strides: Strides
  @usableFromInline package var offset: Int

  @inlinable
  package init(shape: Shape, strides: Strides, offset: Int = 0) {
    self.shape = shape
    self.strides = strides
    self.offset = offset
  }

  /// One element after another, in row-major order.
  @inlinable
  package init(rowMajor shape: Shape) {
    self.init(shape: shape, strides: shape.rowMajorStrides)
  }

  /// Whether the elements lie one after another in row-major order. Axes of length 1 do not count.
  @inlinable
  package var isContiguous: Bool {
    var stride = 1
    var isContiguous = true
    for axis in shape.indices.reversed() where shape.values[axis] != 1 {
      if shape.values[axis] == 0 { return true }
      isContiguous = isContiguous && strides.values[axis] == stride
      stride &*= shape.values[axis]
    }
    return isContiguous
  }

  /// The positions from the lowest to the highest, or `nil` where one does not fit in `Int`.
  package var positions: Range<Int>? {
    guard shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }) else { return nil }
    guard let count = shape.elementCountIfRepresentable else { return nil }
    if count == 0 { return 0..<0 }
    var (lowest, highest, overflows) = (offset, offset, false)
    for axis in shape.indices {
      let (reach, overflow) = (shape[axis] - 1).multipliedReportingOverflow(by: strides[axis])
      let (sum, carry) = (reach < 0 ? lowest : highest).addingReportingOverflow(reach)
      if reach < 0 { lowest = sum } else { highest = sum }
      overflows = overflows || overflow || carry
    }
    return overflows || highest == .max ? nil : lowest..<highest + 1
  }

  /// The same elements in the same order with the fewest axes, at least one: neighbouring axes that one stride
  /// can describe are merged.
  @usableFromInline
  package var merged: Layout {
    var result = Layout(shape: [], strides: [], offset: offset)
    for axis in shape.indices where shape[axis] != 1 {
      let last = result.shape.count - 1
      if last >= 0, result.strides[last] == strides[axis] &* shape[axis] {
        // Wrapping, as beside a length of 0 the others may be of any size.
        result.shape[last] &*= shape[axis]
        result.strides[last] = strides[axis]
      } else {
        result.shape.append(shape[axis])
        result.strides.append(strides[axis])
      }
    }
    return result.shape.isEmpty ? Layout(shape: [1], strides: [1], offset: offset) : result
  }
}
