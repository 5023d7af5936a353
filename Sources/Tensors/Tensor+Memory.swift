// The memory of tensors. The invariant everything here relies on: each position that a layout can produce lies
// inside the storage. `init(storage:layout:)` checks it, and the views keep it.

extension Tensor {
  /// Calls `body` with the elements in row-major order, as contiguous memory.
  ///
  /// Without a copy when the tensor is contiguous; a view that is not is copied first.
  ///
  ///     let first = tensor.withSpan { span in span[0] }
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let tensor = contiguous()
    let start = tensor.layout.offset
    return try body(tensor.storage.span.extracting(start..<start + tensor.count))
  }

  /// Calls `body` with the elements in row-major order, as contiguous memory to be written to.
  ///
  /// Without a copy when the tensor is contiguous, covers all of its memory, and shares it with no other.
  public mutating func withMutableSpan<Result, Failure: Error>(
    _ body: (inout MutableSpan<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeWhole()
    var span = storage.mutableSpan
    return try body(&span)
  }

  /// Calls `body` with the address of the element whose indices are all 0, which must not be read where the
  /// tensor has no elements.
  @inlinable
  package func withUnsafeOrigin<Result, Failure: Error>(
    _ body: (UnsafePointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try unsafe storage.withUnsafeBufferPointer { buffer throws(Failure) in
      try unsafe body((buffer.baseAddress ?? UnsafePointer(Self.noAddress)) + layout.offset)
    }
  }

  /// Calls `body` with the address of the first element; the others follow in row-major order.
  @inlinable
  package mutating func withUnsafeMutableOrigin<Result, Failure: Error>(
    _ body: (UnsafeMutablePointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeWhole()
    return try unsafe storage.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      try unsafe body(buffer.baseAddress ?? Self.noAddress)
    }
  }

  /// Stands for the address of an array that has no memory.
  @inlinable
  static var noAddress: UnsafeMutablePointer<Scalar> {
    unsafe UnsafeMutablePointer(bitPattern: MemoryLayout<Scalar>.alignment)!
  }

  /// A tensor whose elements are whatever the memory held, for an operation that writes all of them.
  @inlinable
  package init(uninitialized shape: Shape) {
    let count = shape.elementCount
    self.init(
      whole: unsafe [Scalar](unsafeUninitializedCapacity: count) { $1 = count },
      shape: shape
    )
  }

  /// Gives a view contiguous memory of its own.
  @inlinable
  mutating func makeWhole() {
    if !isWhole { self = Tensor(whole: copiedScalars(), shape: shape) }
  }

  /// The elements in row-major order, in new memory.
  @usableFromInline
  func copiedScalars() -> [Scalar] {
    let count = self.count
    return unsafe [Scalar](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      unsafe withUnsafeOrigin { origin in
        var next = 0
        layout.merged.forEachRun(in: 0..<count) { run in
          for index in 0..<run.count {
            unsafe buffer[next &+ index] = origin[run.start &+ index &* run.stride]
          }
          next &+= run.count
        }
      }
      initializedCount = count
    }
  }
}
