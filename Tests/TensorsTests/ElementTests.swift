import Tensors
import Testing

@Suite struct ElementTests {
  @Test func indicesOfEveryRank() {
    #expect(numbered([])[[]] == 0)
    #expect(numbered([3])[2] == 2)
    #expect(numbered([2, 3])[1, 0] == 3)
    #expect(numbered([2, 3, 4])[1, 0, 2] == 14)
    #expect(numbered([2, 3, 4, 5])[1, 0, 2, 3] == 73)
    #expect(numbered([1, 1, 2, 3, 2])[0, 0, 1, 2, 1] == 11)
    #expect(numbered([1, 1, 1, 2, 3, 2])[0, 0, 0, 1, 2, 1] == 11)
    #expect(numbered([1, 1, 1, 1, 2, 3, 2])[0, 0, 0, 0, 1, 2, 1] == 11)
    #expect(numbered([1, 1, 1, 1, 1, 2, 3, 2])[0, 0, 0, 0, 0, 1, 2, 1] == 11)
  }

  @Test(arguments: shapes)
  func everyElement(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      #expect(indices(of: shape).map { tensor[$0] } == Array(0..<shape.elementCount))
    }
  }

  @Test(arguments: shapes)
  func writingEveryElement(shape: Shape) {
    for tensor in layouts(of: numbered(shape)) {
      for index in indices(of: shape) {
        var written = tensor
        written[index] += 1000
        expect(written, shape: shape) { tensor[$0] + ($0 == index ? 1000 : 0) }
      }
      expect(tensor, shape: shape) { numbered(shape)[$0] }
    }
  }

  @Test func writingByEveryRank() {
    var tensors = [[3], [2, 3], [1, 2, 3], [1, 1, 2, 3], [1, 1, 1, 2, 3]].map { numbered(Shape($0)) }
    tensors[0][2] = -1
    tensors[1][1, 2] = -1
    tensors[2][0, 1, 2] = -1
    tensors[3][0, 0, 1, 2] = -1
    tensors[4][0, 0, 0, 1, 2] = -1
    for tensor in tensors { #expect(tensor.scalars == Array(0..<tensor.count - 1) + [-1]) }
  }

  @Test func boolElements() {
    var mask: Tensor<Bool> = [[true, false], [false, true]]
    mask[0, 1].toggle()
    #expect(mask == [[true, true], [false, true]])
    #expect(mask.transposed()[1, 0])
  }

  @Test func theOnlyElement() {
    #expect(Tensor<Double>(2.5).item == 2.5)
    #expect((([[[7]]]) as Tensor<Int>).item == 7)
    #expect(numbered([4, 5])[3, 2..<3].item == 17)
  }
}
