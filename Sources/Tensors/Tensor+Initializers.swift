extension Tensor {
  /// The tensor of rank 0 that holds one scalar.
  ///
  ///     Tensor<Float>(2.5).shape  // []
  @inlinable
  public init(_ scalar: Scalar) { self.init(whole: [scalar], shape: []) }

  /// The tensor of rank 1 with the elements of a sequence. An array is not copied.
  ///
  ///     Tensor(0..<4)        // [0, 1, 2, 3]
  ///     Tensor([1.5, .nan])  // [1.5, nan]
  @inlinable
  public init(_ elements: some Sequence<Scalar>) {
    let scalars = Array(elements)
    self.init(whole: scalars, shape: [scalars.count])
  }

  /// The tensor with the elements of an array, in row-major order. O(1): the array is not copied.
  ///
  ///     Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])  // [[1, 2, 3], [4, 5, 6]]
  ///
  /// - Precondition: the array has as many elements as the shape.
  @inlinable
  public init(_ scalars: [Scalar], shape: Shape) {
    let count = shape.checkedElementCount
    precondition(
      scalars.count == count,
      "shape \(shape) has \(count) elements, but the array has \(scalars.count)"
    )
    self.init(whole: scalars, shape: shape)
  }

  /// The tensor whose elements are all `value`.
  ///
  /// To see one scalar as a tensor of any shape without using memory for it, broadcast it:
  /// `Tensor(value).broadcast(to: shape)`.
  ///
  /// - Precondition: no length is negative, and the size in bytes fits in `Int`.
  @inlinable
  public init(repeating value: Scalar, shape: Shape) {
    self.init(
      whole: Array(repeating: value, count: shape.allocatedElementCount(of: Scalar.self)), shape: shape)
  }

  /// The tensor whose element at each index is what a closure makes of the index.
  ///
  ///     Tensor(shape: [2, 3]) { index in 10 * index[0] + index[1] }  // [[0, 1, 2], [10, 11, 12]]
  ///
  /// The indices come in row-major order.
  ///
  /// - Precondition: no length is negative, and the size in bytes fits in `Int`.
  @inlinable
  public init<Failure: Error>(
    shape: Shape,
    _ element: (_ index: AxisList) throws(Failure) -> Scalar
  ) throws(Failure) {
    let count = shape.allocatedElementCount(of: Scalar.self)
    var scalars: [Scalar] = []
    scalars.reserveCapacity(count)
    var index = AxisList(repeating: 0, count: shape.count)
    for _ in 0..<count {
      scalars.append(try element(index))
      shape.advance(&index)
    }
    self.init(whole: scalars, shape: shape)
  }
}

extension Tensor where Scalar: Numeric {
  /// The tensor whose elements are all 0.
  ///
  ///     Tensor<Float>.zeros([2, 3])
  ///
  /// - Precondition: no length is negative, and the size in bytes fits in `Int`.
  @inlinable
  public static func zeros(_ shape: Shape) -> Tensor { Tensor(repeating: 0, shape: shape) }

  /// The tensor whose elements are all 1.
  ///
  /// - Precondition: no length is negative, and the size in bytes fits in `Int`.
  @inlinable
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }
}
