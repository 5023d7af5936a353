// The memory of tensors. The invariant everything here relies on: each position that a layout can produce lies
// inside the storage. `init(storage:layout:)` checks it, and the views keep it.

extension Tensor {
  /// Calls `body` with the elements in row-major order, as contiguous memory.
  ///
  /// Without a copy when the tensor is contiguous; a view that is not is copied first.
  ///
  ///     let first = tensor.withSpan { span in span[0] }
  @inlinable
  public func withSpan<Result, Failure: Error>(
    _ body: (Span<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let tensor = contiguous()
    let start = tensor.layout.offset
    return try unsafe tensor.storage.withUnsafeBufferPointer { buffer throws(Failure) in
      try body(unsafe buffer.span.extracting(start..<start + tensor.count))
    }
  }

  /// Calls `body` with the elements in row-major order, as contiguous memory to be written to.
  ///
  /// Without a copy when the tensor is contiguous, covers all of its memory, and shares it with no other.
  @inlinable
  public mutating func withMutableSpan<Result, Failure: Error>(
    _ body: (inout MutableSpan<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    makeWhole()
    return try unsafe storage.withUnsafeMutableBufferPointer { buffer throws(Failure) in
      var span = unsafe buffer.mutableSpan
      return try body(&span)
    }
  }

  /// A tensor whose elements are whatever the memory held, for an operation that writes all of them.
  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  package init(uninitialized shape: Shape) {
    self.init(
      whole: unsafe [Scalar](count: shape.allocatedElementCount(of: Scalar.self)) {
        unsafe HugePages.advise(for: UnsafeRawBufferPointer($0))
      },
      shape: shape
    )
  }

  /// Gives a view contiguous memory of its own.
  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  package mutating func makeWhole() {
    if !isWhole { self = Tensor(whole: copiedScalars(), shape: shape) }
  }

  /// Replaces the elements that are selected.
  ///
  /// - Parameter select: Returns the part of a layout that has them.
  @inlinable
  mutating func replace(with elements: Tensor, selectedBy select: (Layout) -> Layout) {
    makeWhole()
    let target = select(layout)
    require(
      elements.shape == target.shape,
      "elements of shape \(elements.shape) for a selection of shape \(target.shape)")
    elements.withSpan { elements in
      unsafe storage.withUnsafeMutableBufferPointer { storage in
        var next = 0
        target.merged.forEachRun(in: 0..<elements.count) { run in
          let start = target.offset + run.start
          for index in 0..<run.count {
            unsafe storage[start &+ index &* run.stride] = elements[next &+ index]
          }
          next &+= run.count
        }
      }
    }
  }

  /// The elements in row-major order, in new memory.
  @usableFromInline
  @specialized(where Scalar == Float) @specialized(where Scalar == Double)
  func copiedScalars() -> [Scalar] {
    let count = shape.allocatedElementCount(of: Scalar.self)
    return unsafe [Scalar](count: count) { buffer in
      unsafe storage.withUnsafeBufferPointer { storage in
        var next = 0
        layout.merged.forEachRun(in: 0..<count) { run in
          let start = layout.offset + run.start
          for index in 0..<run.count {
            unsafe buffer[next &+ index] = storage[start &+ index &* run.stride]
          }
          next &+= run.count
        }
      }
    }
  }
}
