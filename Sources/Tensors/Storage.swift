/// The memory of a tensor: an array of its own, or memory that belongs to something else.
@safe @frozen @usableFromInline
package struct Storage<Scalar: TensorScalar>: Sendable {
  /// The elements, where the memory is the tensor's own; else empty.
  @usableFromInline package var array: [Scalar]
  /// The memory of something else, if it is that.
  @usableFromInline package let borrowed: BorrowedMemory<Scalar>?

  /// An array of the tensor's own.
  @inlinable
  package init(_ array: [Scalar]) {
    self.array = array
    borrowed = nil
  }

  /// Memory of something else.
  @inlinable
  package init(borrowing memory: BorrowedMemory<Scalar>) {
    array = []
    borrowed = memory
  }

  /// The number of elements that there is memory for.
  @inlinable
  package var count: Int { if let borrowed { borrowed.count } else { array.count } }

  /// Whether it is memory that something else has lent for a result to be written to.
  @inlinable
  package var isLent: Bool { borrowed?.isWritable ?? false }

  /// The element at a position.
  @inlinable
  package subscript(position: Int) -> Scalar {
    get { if let borrowed { borrowed[position] } else { array[position] } }
    // What is written to was given memory of its own.
    set { array[position] = newValue }
  }

  /// Calls `body` with the memory.
  @inlinable
  package func withUnsafeBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(borrowed) {} }
    return try unsafe array.withUnsafeBufferPointer { elements throws(Failure) in
      // In one place, since `body` is inlined wherever it is called.
      try unsafe body(borrowed.map { unsafe UnsafeBufferPointer($0.memory) } ?? elements)
    }
  }

  /// Calls `body` with the memory, to be written to.
  ///
  /// - Precondition: It is the tensor's own, or lent for a result.
  @inlinable
  package mutating func withUnsafeMutableBufferPointer<Result, Failure: Error>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let borrowed = borrowed
    defer { withExtendedLifetime(borrowed) {} }
    return try unsafe array.withUnsafeMutableBufferPointer { elements throws(Failure) in
      // In one place, since `body` is inlined wherever it is called.
      try unsafe body(borrowed.map { unsafe $0.memory } ?? elements)
    }
  }
}

/// Memory that something else owns, which is kept alive.
@safe @usableFromInline
package final class BorrowedMemory<Scalar: TensorScalar>: @unchecked Sendable {
  @usableFromInline let memory: UnsafeMutableBufferPointer<Scalar>
  @usableFromInline let isWritable: Bool
  private let owner: AnyObject?

  /// - Parameter owner: What frees the memory when it is freed itself.
  @usableFromInline
  package init(reading memory: UnsafeBufferPointer<Scalar>, owner: AnyObject?) {
    unsafe self.memory = UnsafeMutableBufferPointer(mutating: memory)
    isWritable = false
    self.owner = owner
  }

  /// Memory that results are written to.
  @usableFromInline
  package init(writing memory: UnsafeMutableBufferPointer<Scalar>) {
    unsafe self.memory = memory
    isWritable = true
    owner = nil
  }

  @inlinable
  var count: Int { unsafe memory.count }

  @inlinable
  subscript(position: Int) -> Scalar { unsafe memory[position] }
}
