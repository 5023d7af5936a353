import Tensors
import Testing

@Suite struct EquatableTests {
  @Test(arguments: shapes)
  func layoutsDoNotCount(shape: Shape) {
    let tensor = numbered(shape)
    #expect(tensor == scattered(tensor))
    #expect(tensor.hashValue == scattered(tensor).hashValue)
    #expect(tensor.isContiguous)
  }

  @Test(arguments: shapes)
  func eachElementCounts(shape: Shape) {
    for index in indices(of: shape) {
      var other = numbered(shape)
      other[index] = -1
      #expect(other != numbered(shape))
      #expect(scattered(numbered(shape)) != other)
    }
  }

  @Test func shapesCount() {
    #expect(numbered([2, 3]) != numbered([3, 2]))
    #expect(numbered([6]) != numbered([1, 6]))
    #expect(numbered([0, 2]) != numbered([2, 0]))
    #expect(numbered([]) != numbered([1]))
    #expect(Set([numbered([2, 3]), scattered(numbered([2, 3])), numbered([3, 2])]).count == 2)
  }

  @Test func elementsCompareAsScalarsDo() {
    let zeros: (Tensor<Float>, Tensor<Float>) = ([0.0], [-0.0])
    #expect(zeros.0 == zeros.1)
    #expect(zeros.0.hashValue == zeros.1.hashValue)
    let undefined = Tensor<Float>([1, .nan])
    let copy = undefined
    #expect(undefined != copy)
  }
}
