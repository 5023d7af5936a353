import Tensors
import Testing

@Suite struct DescriptionTests {
  @Test func scalars() {
    #expect("\(Tensor<Float>(2.5))" == "2.5")
    #expect("\(Tensor<Int>(7))" == "7")
    #expect("\(Tensor<Bool>(true))" == "true")
  }

  @Test func vectors() {
    #expect("\([1, 20, -3] as Tensor<Int>)" == "[ 1, 20, -3]")
    #expect("\(Tensor<Float>([1, .nan, -.infinity]))" == "[ 1.0,  nan, -inf]")
    #expect("\([true, false] as Tensor<Bool>)" == "[ true, false]")
    #expect("\([1] as Tensor<Double>)" == "[1.0]")
  }

  @Test func matrices() {
    let matrix: Tensor<Float> = [[1, 2.5, 3], [-4, 5, 60]]
    #expect(
      "\(matrix)" == """
        [[ 1.0,  2.5,  3.0],
         [-4.0,  5.0, 60.0]]
        """
    )
    #expect(
      "\(matrix[.all, ..<2].transposed())" == """
        [[ 1.0, -4.0],
         [ 2.5,  5.0]]
        """
    )
  }

  @Test func higherRanks() {
    #expect(
      "\(numbered([2, 1, 2, 2]))" == """
        [[[[0, 1],
           [2, 3]]],


         [[[4, 5],
           [6, 7]]]]
        """
    )
    #expect("\(Tensor<Int>.zeros(Shape(repeating: 1, count: 8)))" == "[[[[[[[[0]]]]]]]]")
  }

  @Test func emptyAxes() {
    #expect("\([] as Tensor<Float>)" == "[]")
    #expect("\(Tensor<Float>.zeros([0, 3]))" == "[]")
    #expect("\(Tensor<Float>.zeros([2, 0]))" == "[[],\n []]")
  }

  @Test func longAxesAreElided() {
    #expect("\(Tensor(0..<16))" == "[ 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15]")
    #expect("\(Tensor(0..<17))" == "[ 0,  1,  2, ..., 14, 15, 16]")
    #expect(
      "\(numbered([100, 100]))" == """
        [[   0,    1,    2, ...,   97,   98,   99],
         [ 100,  101,  102, ...,  197,  198,  199],
         [ 200,  201,  202, ...,  297,  298,  299],
         ...,
         [9700, 9701, 9702, ..., 9797, 9798, 9799],
         [9800, 9801, 9802, ..., 9897, 9898, 9899],
         [9900, 9901, 9902, ..., 9997, 9998, 9999]]
        """
    )
  }

  /// In more than 1000 elements, axes longer than 6 are elided.
  @Test func manyElementsAreElidedSooner() {
    let text = "\(numbered([7, 13, 11]))"
    #expect(text.split(separator: "\n").count == 6 * 7 + 1)
    #expect(text.hasPrefix("[[[   0,    1,    2, ...,    8,    9,   10],\n"))
    #expect(!"\(numbered([7, 13, 10]))".contains("..."))
  }

  /// A list without elements takes as long to print as an element.
  @Test func manyEmptyListsAreElidedSooner() {
    func lists(_ shape: Shape) -> Int { "\(Tensor<Int>.zeros(shape))".split(separator: "[]").count - 1 }
    #expect(lists([10, 10, 10, 0]) == 1000)
    #expect(lists([7, 13, 11, 0, 2]) == 6 * 6 * 6)
    #expect(lists([10, 0, 1000]) == 10)
  }

  @Test func debugDescriptions() {
    #expect(
      String(reflecting: numbered([2, 2]).transposed()) == """
        Tensor<Int>, shape [2, 2], strides [1, 2]:
        [[0, 2],
         [1, 3]]
        """
    )
    #expect(String(reflecting: Tensor<Float>(1)) == "Tensor<Float>, shape [], strides []:\n1.0")
  }
}
