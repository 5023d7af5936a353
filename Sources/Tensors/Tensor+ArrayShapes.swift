// New tensors of a shape that is in an array, as one is that was read or computed. Literals are shapes, which need no memory:
// so these are disfavoured. Views have no such overloads: where two calls of one expression have a choice, the compiler
// finds some literals ambiguous.

extension Tensor {
  /// The tensor with the elements of an array, in row-major order, and a shape that is in an array too.
  ///
  ///     let shape = [2, 3]
  ///     Tensor([1, 2, 3, 4, 5, 6], shape: shape)  // [[1, 2, 3], [4, 5, 6]]
  ///
  /// - Precondition: the array has as many elements as the shape, which has at most eight axes.
  @_disfavoredOverload @inlinable
  public init(_ scalars: [Scalar], shape: [Int]) { self.init(scalars, shape: Shape(shape)) }

  /// The tensor whose elements are all `value`, of a shape that is in an array.
  ///
  /// - Precondition: no length is negative, there are at most eight, and the size in bytes fits in `Int`.
  @_disfavoredOverload @inlinable
  public init(repeating value: Scalar, shape: [Int]) { self.init(repeating: value, shape: Shape(shape)) }
}

extension Tensor where Scalar: Numeric {
  /// The tensor whose elements are all 0, of a shape that is in an array.
  ///
  /// - Precondition: no length is negative, there are at most eight, and the size in bytes fits in `Int`.
  @_disfavoredOverload @inlinable
  public static func zeros(_ shape: [Int]) -> Tensor { zeros(Shape(shape)) }

  /// The tensor whose elements are all 1, of a shape that is in an array.
  ///
  /// - Precondition: no length is negative, there are at most eight, and the size in bytes fits in `Int`.
  @_disfavoredOverload @inlinable
  public static func ones(_ shape: [Int]) -> Tensor { ones(Shape(shape)) }
}
