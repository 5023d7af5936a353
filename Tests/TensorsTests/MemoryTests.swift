import LossEngine
import Tensors
import Testing

@Suite struct MemoryTests {
  @Test func writingToACopyLeavesTheOther() {
    let original = numbered([2, 3])
    var copy = original
    #expect(sharesMemory(copy, original))
    copy[0, 0] = 9
    #expect(original[0, 0] == 0)
    #expect(!sharesMemory(copy, original))
  }

  @Test func writingToAViewLeavesItsSource() {
    let source = numbered([2, 3])
    let views = [
      source.transposed(), source[1, .all], source[.all, 1...], source.reversed(axis: 0),
      source.broadcast(to: [2, 2, 3]), source.flattened(), source.insertingAxis(at: 0), source[..<0],
    ]
    for view in views where view.count > 0 {
      var written = view
      let first = AxisList(repeating: 0, count: view.rank)
      written[first] = 9
      expect(written, shape: view.shape) { $0 == first ? 9 : view[$0] }
      #expect(written.isWhole)
    }
    #expect(source == numbered([2, 3]))
  }

  @Test func writingToTheSourceLeavesItsViews() {
    var source = numbered([2, 3])
    let row = source[0, .all]
    source[0, 0] = 9
    #expect(row == Tensor(0..<3))
  }

  @Test func writingToWhatIsWholeAndNotSharedStaysInPlace() {
    var tensor = numbered([2, 3])
    let address = self.address(of: tensor)
    tensor[1, 2] = 9
    tensor.withMutableSpan { span in span[0] = 7 }
    #expect(self.address(of: tensor) == address)
    #expect(tensor == [[7, 1, 2], [3, 4, 9]])
  }

  @Test(arguments: shapes)
  func spansAreInRowMajorOrder(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      let elements = tensor.withSpan { span in span.indices.map { span[$0] } }
      #expect(elements == Array(0..<tensor.count))
      var written = tensor
      written.withMutableSpan { span in
        for index in span.indices { span[index] *= 2 }
      }
      #expect(written.scalars == elements.map { 2 * $0 })
      #expect(tensor == numbered(shape))
    }
  }

  @Test func spansOfContiguousTensorsAreNotCopies() {
    let tensor = numbered([4, 3])
    let rows = tensor[1..<3]
    #expect(rows.isContiguous && !rows.isWhole)
    #expect(
      rows.withSpan { unsafe $0.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) } }
        == address(of: tensor) + 3 * MemoryLayout<Int>.stride
    )
  }

  @Test(arguments: shapes)
  func contiguousCopies(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      #expect(tensor.contiguous().isContiguous)
      #expect(tensor.contiguous() == tensor)
      #expect(sharesMemory(tensor.contiguous(), tensor) == tensor.isContiguous)
    }
  }

  /// A write to the memory that empty arrays share is not seen here, but by the thread sanitizer.
  @Test func emptyTensorsAreMadeOnSeveralThreads() {
    let source = numbered([2, 3])
    let elements = Parallelism.withThreads(2) {
      Parallelism.sum(over: 1000, chunkSize: 1, cost: .infinity) { _ in
        Double(Tensor<Int>(uninitialized: [0, 3]).count + source[..<0].scalars.count)
      }
    }
    #expect(elements == 0)
  }

  private func address(of tensor: Tensor<Int>) -> Int {
    unsafe tensor.storage.withUnsafeBufferPointer { Int(bitPattern: $0.baseAddress) }
  }
}
