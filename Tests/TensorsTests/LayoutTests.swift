import Tensors
import Testing

@Suite struct LayoutTests {
  @Test(arguments: shapes)
  func runsVisitEveryElementOnce(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for layout in [tensor.layout.merged, tensor.layout] where layout.shape.count > 0 {
        for range in [0..<tensor.count, tensor.count / 3..<tensor.count - tensor.count / 4] {
          var visited: [Int] = []
          layout.forEachRun(in: range) { run in
            visited += (0..<run.count).map {
              tensor.storage[tensor.layout.offset + run.start + $0 * run.stride]
            }
          }
          #expect(visited == Array(range))
        }
      }
    }
  }

  @Test func merging() {
    #expect(numbered([2, 3, 4]).layout.merged.shape == [24])
    #expect(numbered([2, 3, 4])[.all, ..<2].layout.merged.shape == [2, 8])
    #expect(numbered([2, 3, 4]).transposed(0, 1).layout.merged.shape == [3, 2, 4])
    #expect(numbered([]).layout.merged.shape == [1])
    #expect(numbered([1, 1]).layout.merged.shape == [1])
    #expect(Layout(rowMajor: [.max, .max, 0]).merged.shape.elementCount == 0)
    #expect(Tensor<Int>(1).broadcast(to: [3, 4]).layout.merged == Layout(shape: [12], strides: [0]))
    #expect(numbered([4]).reversed(axis: 0).layout.merged == Layout(shape: [4], strides: [-1], offset: 3))
  }

  @Test func contiguity() {
    #expect(numbered([2, 3])[1, .all].isContiguous)
    #expect(numbered([2, 3])[.all, 1..<2][..<1].isContiguous)
    #expect(!numbered([2, 3])[.all, ..<2].isContiguous)
    #expect(!numbered([2, 3]).transposed().isContiguous)
    #expect(numbered([2, 1]).transposed().isContiguous)
    #expect(numbered([2, 0]).transposed().isContiguous)
    #expect(!Tensor<Int>(1).broadcast(to: [2]).isContiguous)
  }

  @Test func positions() {
    #expect(Layout(shape: [3], strides: [-1], offset: 2).positions == 0..<3)
    #expect(Layout(shape: [3, 0], strides: [.max, 1]).positions == 0..<0)
    #expect(Layout(shape: [2, 3], strides: [0, 2], offset: 1).positions == 1..<6)
    #expect(Layout(shape: [3], strides: [.max]).positions == nil)
    #expect(Layout(shape: [-1], strides: [1]).positions == nil)
    #expect(Layout(shape: [2], strides: [1, 1]).positions == nil)
  }
}
