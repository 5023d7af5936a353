import Tensors
import Testing

/// Memory that something else owns.
@Suite struct BorrowingTests {
  /// Memory that says when it is freed.
  @safe private final class Owner {
    let memory: UnsafeMutableBufferPointer<Float>
    let whenFreed: () -> Void

    init(_ elements: [Float], whenFreed: @escaping () -> Void = {}) {
      unsafe memory = .allocate(capacity: elements.count)
      _ = unsafe memory.initialize(fromContentsOf: elements)
      self.whenFreed = whenFreed
    }

    deinit {
      unsafe memory.deallocate()
      whenFreed()
    }

    func tensor(_ shape: Shape, strides: Strides? = nil) -> Tensor<Float> {
      unsafe Tensor(unsafeBorrowing: UnsafeBufferPointer(memory), shape: shape, strides: strides, owner: self)
    }
  }

  @Test func elementsAreThoseOfTheMemory() {
    let owner = Owner([1, 2, 3, 4, 5, 6])
    let tensor = owner.tensor([2, 3])
    #expect(tensor == [[1, 2, 3], [4, 5, 6]])
    #expect(tensor[1, 0] == 4)
    #expect(tensor[1, .all] == [4, 5, 6])
    #expect(tensor.scalars == [1, 2, 3, 4, 5, 6])
    #expect(tensor.map { 2 * $0 } == [[2, 4, 6], [8, 10, 12]])
    #expect(tensor.description == ([[1, 2, 3], [4, 5, 6]] as Tensor<Float>).description)
    #expect(tensor.withSpan { span in span[5] } == 6)
    #expect(owner.tensor([3, 2], strides: [1, 3]) == [[1, 4], [2, 5], [3, 6]])
    #expect(owner.tensor([2], strides: [2]) == [1, 3])
  }

  @Test func nothingIsCopied() {
    let owner = Owner([1, 2, 3, 4])
    let view = owner.tensor([4])[1...]
    let isSame = unsafe view.storage.withUnsafeBufferPointer { memory in
      unsafe memory.baseAddress == UnsafePointer(owner.memory.baseAddress)
    }
    #expect(isSame)
  }

  @Test func writingCopies() {
    let owner = Owner([1, 2])
    var tensor = owner.tensor([2])
    tensor[0] = 7
    #expect(tensor == [7, 2])
    tensor.withMutableSpan { $0[1] = 8 }
    #expect(tensor == [7, 8])
    #expect(unsafe Array(owner.memory) == [1, 2])
  }

  /// Only the engine writes to memory that is lent for a result.
  @Test func writingToLentMemoryCopies() {
    let owner = Owner([1, 2])
    func lent() -> Tensor<Float> { unsafe Tensor(writing: owner.memory, shape: [2]) }
    var (sum, product, element, span) = (lent(), lent(), lent(), lent())
    sum += 1
    product *= [3, 4]
    element[0] = 7
    span.withMutableSpan { $0[1] = 8 }
    #expect(sum == [2, 3])
    #expect(product == [3, 8])
    #expect(element == [7, 2])
    #expect(span == [1, 8])
    #expect(unsafe Array(owner.memory) == [1, 2])
  }

  @Test func theOwnerLivesAsLongAsAView() {
    var isFreed = false
    var view: Tensor<Float>?
    do {
      let owner = Owner([1, 2, 3, 4]) { isFreed = true }
      view = owner.tensor([2, 2]).transposed()
    }
    #expect(!isFreed)
    #expect(view == [[1, 3], [2, 4]])
    view = nil
    #expect(isFreed)
  }

  @Test func bytes() {
    let owner = Owner([1, 2, 3, 4])
    let bytes = unsafe UnsafeRawBufferPointer(owner.memory)
    let tensor = unsafe Tensor<Float>(unsafeBorrowingBytes: bytes, shape: [2, 2], owner: owner)
    #expect(tensor == [[1, 2], [3, 4]])
  }

  @Test func emptyMemory() {
    let memory = unsafe UnsafeBufferPointer<Float>(start: nil, count: 0)
    let tensor = unsafe Tensor(unsafeBorrowing: memory, shape: [0, 3])
    #expect(tensor.shape == [0, 3])
    #expect(tensor.scalars == [])
    // What reads tensors counts on an address.
    #expect(unsafe tensor.storage.withUnsafeBufferPointer { unsafe $0.baseAddress != nil })
    #expect(
      unsafe Tensor<Float>(unsafeBorrowingBytes: UnsafeRawBufferPointer(memory), shape: [0]).scalars == [])
  }

  @Test func spansAreCopied() {
    let elements: [Float] = [1, 2, 3, 4, 5, 6]
    #expect(Tensor(copying: elements.span, shape: [3, 2]) == [[1, 2], [3, 4], [5, 6]])
    #expect(Tensor(copying: ContiguousArray<Int>().span, shape: [0]) == [])
  }
}
