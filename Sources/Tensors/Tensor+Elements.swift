// An element has an index for each axis. Up to four axes have overloads in which the number of axes is a constant, so
// that neither looking up an element nor writing one is a loop.

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
    get { storage[layout.position(i)] }
    set {
      makeWhole(rank: 1)
      storage[layout.position(i)] = newValue
    }
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
    get { storage[layout.position(i, j)] }
    set {
      makeWhole(rank: 2)
      storage[layout.position(i, j)] = newValue
    }
  }

  /// The element of a tensor of rank 3 at an index for each axis.
  ///
  /// - Precondition: the rank is 3, and each index is in `0..<shape[axis]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int, _ k: Int) -> Scalar {
    get { storage[layout.position(i, j, k)] }
    set {
      makeWhole(rank: 3)
      storage[layout.position(i, j, k)] = newValue
    }
  }

  /// The element of a tensor of rank 4 at an index for each axis.
  ///
  /// - Precondition: the rank is 4, and each index is in `0..<shape[axis]`.
  /// - Complexity: O(1). The first write to a view, or to memory that is shared, copies it.
  @inlinable
  public subscript(_ i: Int, _ j: Int, _ k: Int, _ l: Int) -> Scalar {
    get { storage[layout.position(i, j, k, l)] }
    set {
      makeWhole(rank: 4)
      storage[layout.position(i, j, k, l)] = newValue
    }
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

extension Tensor {
  /// Gives a view contiguous memory of its own, where the number of axes is known.
  @export(implementation) @inline(__always)
  mutating func makeWhole(rank: Int) {
    if !layout.isRowMajor(rank: rank, count: storage.array.count) { makeWhole() }
  }
}

extension AxisList {
  @inlinable
  init(_ i: Int, _ j: Int = 0, _ k: Int = 0, _ l: Int = 0, count: Int) {
    values = SIMD8(i, j, k, l, 0, 0, 0, 0)
    rank = count
  }
}

extension Layout {
  /// Whether it is that of so many elements in row-major order, if it has this rank.
  @export(implementation) @inline(__always)
  func isRowMajor(rank: Int, count: Int) -> Bool {
    var (length, isRowMajor) = (1, true)
    for axis in stride(from: rank - 1, through: 0, by: -1) {
      isRowMajor = isRowMajor && (shape.values[axis] == 1 || strides.values[axis] == length)
      length &*= shape.values[axis]
    }
    return isRowMajor && length == count
  }

  @export(implementation) @inline(__always)
  func position(_ i: Int) -> Int {
    if shape.count != 1 { stopForRank(shape.count, of: AxisList(i, count: 1)) }
    return offset &+ step(i, 0)
  }

  @export(implementation) @inline(__always)
  func position(_ i: Int, _ j: Int) -> Int {
    if shape.count != 2 { stopForRank(shape.count, of: AxisList(i, j, count: 2)) }
    return offset &+ step(i, 0) &+ step(j, 1)
  }

  @export(implementation) @inline(__always)
  func position(_ i: Int, _ j: Int, _ k: Int) -> Int {
    if shape.count != 3 { stopForRank(shape.count, of: AxisList(i, j, k, count: 3)) }
    return offset &+ step(i, 0) &+ step(j, 1) &+ step(k, 2)
  }

  @export(implementation) @inline(__always)
  func position(_ i: Int, _ j: Int, _ k: Int, _ l: Int) -> Int {
    if shape.count != 4 { stopForRank(shape.count, of: AxisList(i, j, k, l, count: 4)) }
    return offset &+ step(i, 0) &+ step(j, 1) &+ step(k, 2) &+ step(l, 3)
  }

  /// The distance from the first element along an axis to the one at an index.
  @export(implementation) @inline(__always)
  func step(_ index: Int, _ axis: Int) -> Int {
    if !(0..<shape.values[axis] ~= index) {
      stopForIndex(index, axis: axis, length: shape.values[axis])
    }
    return index &* strides.values[axis]
  }

  /// Where in the storage the element at an index lies.
  ///
  /// - Precondition: there are as many indices as axes, and each is in `0..<shape[axis]`.
  @inlinable
  func position(of index: AxisList) -> Int {
    if index.count != shape.count { stopForRank(shape.count, of: index) }
    var position = offset
    for axis in 0..<shape.count { position &+= step(index.values[axis], axis) }
    return position
  }
}

// They take no more than they say, so that what looks up an element need not put a layout into memory for them.

@inline(never)
@usableFromInline
func stopForRank(_ rank: Int, of index: AxisList) -> Never {
  stop(
    "an element of a tensor of \(rank) axes needs as many indices, not \(index); a view such as a row takes a range "
      + "or .all: tensor[0, .all]"
  )
}

@inline(never)
@usableFromInline
func stopForIndex(_ index: Int, axis: Int, length: Int) -> Never {
  stop("index \(index) is outside axis \(axis), of length \(length)")
}
