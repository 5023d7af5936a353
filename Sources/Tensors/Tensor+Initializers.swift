// All but one of the initialisers without a label are disfavoured: the compiler need not try each of them for an array that
// a closure makes.

extension Tensor {
  /// The tensor of rank 0 that holds one scalar.
  ///
  ///     Tensor<Float>(2.5).shape  // []
  @_disfavoredOverload @inlinable
  public init(_ scalar: Scalar) { self.init(whole: [scalar], shape: []) }

  /// The tensor of rank 1 with the elements of an array, which is not copied.
  ///
  ///     Tensor([1.5, .nan])  // [1.5, nan]
  @inlinable
  public init(_ elements: [Scalar]) { self.init(whole: elements, shape: [elements.count]) }

  /// The tensor of rank 1 with the elements of a sequence.
  ///
  ///     Tensor(0..<4)  // [0, 1, 2, 3]
  @_disfavoredOverload @inlinable
  public init(_ elements: some Sequence<Scalar>) { self.init(Array(elements)) }

  /// The matrix with the given rows.
  ///
  ///     let (x, y): (Float, Float) = (1, 2)
  ///     Tensor([[x, y], [y, x]])  // [[1.0, 2.0], [2.0, 1.0]]
  ///
  /// Rows of different lengths become a matrix with ``padded(_:with:)``.
  ///
  /// - Precondition: All rows have the same length.
  @_disfavoredOverload @inlinable
  public init(_ rows: [[Scalar]]) {
    self.init(rows.flatMap { $0 }, shape: [rows.count, Self.commonLength(of: rows)])
  }

  /// The tensor of rank 3 with the given matrices, each a list of rows.
  ///
  /// - Precondition: All matrices have the same number of rows, and all rows the same length.
  @_disfavoredOverload @inlinable
  public init(_ matrices: [[[Scalar]]]) {
    let rows = matrices.flatMap { $0 }
    self.init(
      rows.flatMap { $0 },
      shape: [matrices.count, Self.commonLength(of: matrices), Self.commonLength(of: rows)])
  }

  /// The number of elements that all rows have.
  @inlinable
  static func commonLength<Row: Collection>(of rows: [Row]) -> Int {
    let length = rows.first?.count ?? 0
    for (index, row) in rows.enumerated() where row.count != length {
      stop("row \(index) has \(row.count) elements, but row 0 has \(length)")
    }
    return length
  }

  /// Returns the matrix with rows of different lengths, which are filled up at their ends, and these lengths.
  ///
  ///     let (targets, lengths) = Tensor.padded([[3, 1, 2], [4]], with: 0)
  ///     targets  // [[3, 1, 2], [4, 0, 0]]
  ///     lengths  // [3, 1]
  ///
  /// `CTCLoss` takes both as they are.
  @inlinable
  public static func padded(_ rows: [[Scalar]], with padding: Scalar) -> (
    tensor: Tensor, lengths: Tensor<Int>
  ) {
    let longest = rows.map { $0.count }.max() ?? 0
    let scalars = rows.flatMap { $0 + Array(repeating: padding, count: longest - $0.count) }
    return (Tensor(scalars, shape: [rows.count, longest]), Tensor<Int>(rows.map { $0.count }))
  }

  /// The tensor with the elements of an array, in row-major order. O(1): the array is not copied.
  ///
  ///     Tensor([1, 2, 3, 4, 5, 6], shape: [2, 3])  // [[1, 2, 3], [4, 5, 6]]
  ///
  /// - Precondition: the array has as many elements as the shape.
  @inlinable
  public init(_ scalars: [Scalar], shape: Shape) {
    let count = shape.checkedElementCount
    require(
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
    self.init(uninitialized: shape)
    unsafe storage.withUnsafeMutableBufferPointer { unsafe $0.update(repeating: value) }
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

  /// A shape alone says nothing of the elements.
  @available(*, unavailable, message: "use Tensor.zeros(shape), or Tensor(repeating: number, shape: shape)")
  public init(shape: Shape) { fatalError() }

  /// The tensor whose elements are all 1.
  ///
  /// - Precondition: no length is negative, and the size in bytes fits in `Int`.
  @inlinable
  public static func ones(_ shape: Shape) -> Tensor { Tensor(repeating: 1, shape: shape) }
}
