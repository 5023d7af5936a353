/// An array of any rank from 0 to 8: a value, whose copies share memory until one of them is written to.
///
/// Views (transposes, slices, broadcasts) share the memory of the tensor they were made from. The first write
/// to a view gives it contiguous memory of its own.
///
///     let matrix: Tensor<Float> = [[1, 2, 3], [4, 5, 6]]
///     matrix.shape         // [2, 3]
///     matrix[1, 2]         // 6.0, an element: there is an integer for each axis
///     matrix[1, .all]      // [4.0, 5.0, 6.0], a view of row 1
///     matrix[0..., ..<2]   // [[1.0, 2.0], [4.0, 5.0]]
///     matrix.transposed()  // [[1.0, 4.0], [2.0, 5.0], [3.0, 6.0]]
@frozen
public struct Tensor<Scalar: TensorScalar>: Sendable {
  @usableFromInline package var storage: Storage<Scalar>
  @usableFromInline package var layout: Layout

  /// A view of `storage`.
  ///
  /// - Precondition: every position of `layout` lies inside `storage`.
  package init(storage: Storage<Scalar>, layout: Layout) {
    guard let positions = layout.positions, positions.upperBound <= storage.count, positions.lowerBound >= 0
    else { stop("\(layout) does not fit in \(storage.count) elements") }
    self.storage = storage
    self.layout = layout
    if positions.isEmpty { self.layout.offset = 0 }
  }

  /// The tensor whose elements, in row-major order, are all of `storage`, which has as many as the shape.
  @inlinable
  package init(whole storage: [Scalar], shape: Shape) {
    self.storage = Storage(storage)
    self.layout = Layout(rowMajor: shape)
  }

  /// The same memory seen through a layout that an operation on this tensor's own has derived.
  @inlinable
  func view(_ layout: Layout) -> Tensor {
    var view = self
    view.layout = layout
    if view.count == 0 { view.layout.offset = 0 }
    return view
  }

  /// The length of each axis.
  @inlinable public var shape: Shape { layout.shape }

  /// The distance in memory between neighbours along each axis, in elements.
  @inlinable public var strides: Strides { layout.strides }

  /// The number of axes.
  @inlinable public var rank: Int { shape.count }

  /// The number of elements.
  @inlinable public var count: Int { shape.elementCount }

  /// Whether the elements lie one after another in row-major order.
  ///
  /// Axes of length 1 do not count, and a tensor without elements is contiguous.
  @inlinable public var isContiguous: Bool { layout.isContiguous }

  /// This tensor in contiguous memory: itself when it is contiguous, else a copy. O(`count`).
  @inlinable
  public func contiguous() -> Tensor {
    isContiguous ? self : Tensor(whole: scalars, shape: shape)
  }

  /// The elements in row-major order. O(1) when the tensor is the whole of its memory, in order.
  @inlinable
  public var scalars: [Scalar] { isWhole ? storage.array : copiedScalars() }

  /// Whether the tensor is contiguous and covers all of its storage, which is its own: what a write needs.
  @inlinable
  package var isWhole: Bool { isContiguous && count == storage.count && storage.borrowed == nil }
}
