import Tensors
import Testing

@Suite struct InitializerTests {
  /// A shape that was read or computed is in an array.
  @Test func shapesInArrays() {
    let shape = [2, 3]
    #expect(Tensor<Float>.zeros(shape) == .zeros([2, 3]))
    #expect(Tensor<Int>.ones(shape) == .ones([2, 3]))
    #expect(Tensor(repeating: 7, shape: shape) == [[7, 7, 7], [7, 7, 7]])
    #expect(Tensor([1, 2, 3, 4, 5, 6], shape: shape) == [[1, 2, 3], [4, 5, 6]])
    #expect(Tensor<Int>.zeros(shape.map { 2 * $0 }).shape == [4, 6])
  }

  @Test(arguments: shapes)
  func arrayAndShape(shape: Shape) {
    let scalars = (0..<shape.elementCount).map { Float($0) }
    let tensor = Tensor(scalars, shape: shape)
    #expect(tensor.shape == shape)
    #expect(tensor.strides == shape.rowMajorStrides)
    #expect(tensor.scalars == scalars)
    #expect(tensor.isContiguous)
  }

  @Test func arraysAreNotCopied() {
    let scalars: [Float] = [1, 2, 3, 4]
    let unshaped = Tensor(scalars)
    #expect(sharesMemory(Tensor(scalars, shape: [2, 2]), unshaped))
    #expect(unsafe scalars.withUnsafeBufferPointer { $0.baseAddress } == address(of: unshaped))
  }

  private func address(of tensor: Tensor<Float>) -> UnsafePointer<Float>? {
    unsafe tensor.storage.withUnsafeBufferPointer { $0.baseAddress }
  }

  @Test(arguments: shapes)
  func closureOfTheIndex(shape: Shape) {
    var visited: [AxisList] = []
    let tensor = Tensor(shape: shape) { index in
      visited.append(index)
      return index.reduce(0) { 10 * $0 + $1 }
    }
    #expect(visited == indices(of: shape))
    expect(tensor, shape: shape) { $0.reduce(0) { 10 * $0 + $1 } }
  }

  @Test func errorsOfTheClosurePassThrough() {
    struct Stop: Error, Equatable { let index: AxisList }
    #expect(throws: Stop(index: [1, 0])) {
      try Tensor(shape: [2, 2]) { index throws(Stop) in
        if index[0] == 1 { throw Stop(index: index) }
        return 0
      }
    }
  }

  @Test(arguments: shapes)
  func oneValue(shape: Shape) {
    expect(Tensor(repeating: 2.5, shape: shape), shape: shape) { _ in 2.5 }
    expect(Tensor(repeating: true, shape: shape), shape: shape) { _ in true }
    expect(Tensor<Float>.zeros(shape), shape: shape) { _ in 0 }
    expect(Tensor<Int32>.ones(shape), shape: shape) { _ in 1 }
  }

  @Test func rows() {
    let (x, y): (Float, Float) = (1, 2)
    let matrix = Tensor([[x, y, 0], [y, x, 1]])
    #expect(matrix.shape == [2, 3])
    #expect(matrix.scalars == [1, 2, 0, 2, 1, 1])
    #expect(Tensor([[Int]]()).shape == [0, 0])
    #expect(Tensor([[Int](), []]).shape == [2, 0])
  }

  @Test func matrices() {
    let x = 7
    let tensor = Tensor([[[x, 1], [2, 3]], [[4, 5], [6, x]], [[x, x], [x, x]]])
    #expect(tensor.shape == [3, 2, 2])
    #expect(tensor.scalars == [7, 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7])
  }

  @Test func raggedRows() {
    let (tensor, lengths) = Tensor.padded([[3, 1, 2], [], [4]], with: -1)
    #expect(tensor == [[3, 1, 2], [-1, -1, -1], [4, -1, -1]])
    #expect(lengths == [3, 0, 1])
    #expect(Tensor.padded([[Float]](), with: 0).tensor.shape == [0, 0])
  }

  @Test func oneScalar() {
    #expect(Tensor<Double>(2.5).rank == 0)
    #expect(Tensor<Double>(2.5).count == 1)
    #expect(Tensor<Bool>(false).item == false)
  }

  /// A compiler that has to try every initialiser, or every subscript of an index, gives up on these.
  @Test func closuresOfNumbers() {
    let array = Tensor<Float>((0..<4).map { i in i % 2 == 0 ? 0 : Float(i % 3) - 1.5 })
    #expect(array == [0, -0.5, 0, -1.5])
    func indexed<S: BinaryFloatingPoint & TensorScalar>(_: S.Type) -> Tensor<S> {
      Tensor(shape: [2, 1, 2]) { i in S(Double((i[0] * 7 + i[1] * 5 + i[2] * 3) % 11) * 0.5 - 2) }
    }
    #expect(indexed(Float.self) == [[[-2, -0.5]], [[1.5, 3]]])
  }

  /// `()` is no scalar, so that a closure that returns a list does not count as one that returns nothing.
  @Test func closuresOfRows() {
    let rows: [[Float]] = [[1, 2], [3, 4]]
    let halves = Tensor(rows.map { $0.map { $0 / 2 } })
    #expect(halves == [[0.5, 1], [1.5, 2]])
    #expect(Tensor(rows.map { [$0[1], $0[0]] }) == [[2, 1], [4, 3]])
    let products = Tensor((0..<2).map { i in (0..<3).map { j in Float(i * j) } })
    #expect(products == [[0, 0, 0], [0, 1, 2]])
  }

  @Test func sequences() {
    #expect(Tensor(0..<4).scalars == [0, 1, 2, 3])
    #expect(Tensor(1...3).shape == [3])
    #expect(Tensor(stride(from: 0.0, to: 1, by: 0.25)).scalars == [0, 0.25, 0.5, 0.75])
    #expect(Tensor(repeatElement(true, count: 2)).scalars == [true, true])
    #expect(Tensor<Float>([1, .infinity]).scalars == [1, .infinity])
    #expect(Tensor([Int]()).shape == [0])
  }

  @Test func lengthsBesideZeroMayBeOfAnySize() {
    let tensor = Tensor<Float>(repeating: 1, shape: [.max, 0, .max, .max])
    #expect(tensor.count == 0)
    #expect(tensor.scalars.isEmpty)
    #expect(tensor.transposed(0, 1)[.stride(by: -3)].contiguous().count == 0)
    #expect(Tensor<Float>(repeating: 1, shape: [.max, 0]).description.contains("..."))
  }

  @Test func anEmptyLayoutMayBeginAnywhere() {
    let tensor = Tensor(storage: Storage([1, 2]), layout: Layout(shape: [0], strides: [1], offset: 9))
    #expect(tensor.withSpan { $0.count } == 0)
  }
}
