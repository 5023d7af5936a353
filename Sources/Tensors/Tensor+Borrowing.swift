extension Tensor {
  /// A view of memory that something else owns, such as a C array, a mapped file or the buffer of another framework.
  ///
  /// Nothing is copied. The first write to the tensor copies it, as with any view; the memory itself is never written to.
  ///
  ///     let scores = [0.5, 2, -1, 0] as [Float]
  ///     let loss = try scores.withUnsafeBufferPointer { buffer in
  ///       let input = unsafe Tensor(unsafeBorrowing: buffer, shape: [2, 2])
  ///       return try CrossEntropyLoss()(input, target: [1, 0] as Tensor<Int>).value()
  ///     }
  ///
  /// - Parameters:
  ///   - memory: The elements. They stay as they are for as long as the tensor and its copies and views live.
  ///   - shape: The length of each axis.
  ///   - strides: The distance in memory between neighbours along each axis, in elements; those of row-major order if it
  ///     is `nil`.
  ///   - owner: An object that is kept alive as long as the tensor, its copies and its views, and with it the memory. If it
  ///     is `nil`, you see to that. Memory without elements is not kept.
  /// - Precondition: No length is negative, and every element lies inside the memory.
  /// - Complexity: O(1).
  @unsafe
  public init(
    unsafeBorrowing memory: UnsafeBufferPointer<Scalar>, shape: Shape, strides: Strides? = nil,
    owner: AnyObject? = nil
  ) {
    // Memory without elements may have no address.
    let storage =
      memory.isEmpty
      ? Storage<Scalar>([]) : unsafe Storage(borrowing: BorrowedMemory(reading: memory, owner: owner))
    self.init(storage: storage, layout: Layout(shape: shape, strides: strides ?? shape.rowMajorStrides))
  }

  /// A view of raw memory that something else owns, as numbers of this tensor's type.
  ///
  /// - Parameters:
  ///   - bytes: The elements in the byte order of this machine. They stay as they are for as long as the tensor and its
  ///     copies and views live.
  ///   - shape: The length of each axis.
  ///   - strides: The distance in memory between neighbours along each axis, in elements; those of row-major order if it
  ///     is `nil`.
  ///   - owner: An object that is kept alive as long as the tensor, its copies and its views, and with it the memory. If it
  ///     is `nil`, you see to that. Memory without elements is not kept.
  /// - Precondition: The memory is aligned for the type, no length is negative, and every element lies inside the memory.
  /// - Complexity: O(1).
  @unsafe
  public init(
    unsafeBorrowingBytes bytes: UnsafeRawBufferPointer, shape: Shape, strides: Strides? = nil,
    owner: AnyObject? = nil
  ) {
    let alignment = MemoryLayout<Scalar>.alignment
    guard UInt(bitPattern: bytes.baseAddress) % UInt(alignment) == 0 else {
      stop("\(Scalar.self) needs memory that is aligned to \(alignment) bytes")
    }
    let elements = unsafe UnsafeBufferPointer(
      start: bytes.baseAddress?.assumingMemoryBound(to: Scalar.self),
      count: bytes.count / MemoryLayout<Scalar>.stride)
    unsafe self.init(unsafeBorrowing: elements, shape: shape, strides: strides, owner: owner)
  }

  /// The tensor with the elements of a span, in row-major order.
  ///
  /// - Precondition: The span has as many elements as the shape.
  /// - Complexity: O(`count`).
  public init(copying span: Span<Scalar>, shape: Shape) {
    let count = shape.checkedElementCount
    guard span.count == count else {
      stop("shape \(shape) has \(count) elements, but the span has \(span.count)")
    }
    self.init(uninitialized: shape)
    unsafe storage.withUnsafeMutableBufferPointer { memory in
      unsafe span.withUnsafeBufferPointer { elements in _ = unsafe memory.update(fromContentsOf: elements) }
    }
  }

  /// Memory that an operation writes its result to.
  ///
  /// `withDestination` writes to it. Any other write to the tensor copies it first, as with all memory that is borrowed.
  ///
  /// - Precondition: The memory has as many elements as the shape, and outlives the tensor with its copies and views.
  @usableFromInline
  package init(writing memory: UnsafeMutableBufferPointer<Scalar>, shape: Shape) {
    // Memory without elements may have no address.
    storage = memory.isEmpty ? Storage([]) : unsafe Storage(borrowing: BorrowedMemory(writing: memory))
    layout = Layout(rowMajor: shape)
  }
}
