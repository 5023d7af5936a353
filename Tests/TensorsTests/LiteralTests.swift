import Tensors
import Testing

@Suite struct LiteralTests {
  @Test func nestedListsOfEveryDepth() {
    expect([1, 2, 3], shape: [3]) { Float($0[0] + 1) }
    expect([[1, 2, 3], [4, 5, 6]], shape: [2, 3]) { Double(3 * $0[0] + $0[1] + 1) }
    expect([[[1, 2]], [[3, 4]]], shape: [2, 1, 2]) { 2 * $0[0] + $0[2] + 1 }
    expect([[[[7]]]], shape: [1, 1, 1, 1]) { _ in UInt8(7) }
    expect([[[[[[[[7]]]]]]]], shape: Shape(repeating: 1, count: 8)) { _ in 7 }
  }

  @Test func scalarsWithoutBrackets() {
    let integer: Tensor<Float> = 3
    let negative: Tensor<Int8> = -128
    let float: Tensor<Double> = -2.5
    let bool: Tensor<Bool> = true
    #expect(integer.shape == [] && integer.item == 3)
    #expect(negative.item == -128)
    #expect(float.item == -2.5)
    #expect(bool.item)
  }

  @Test func negativeNumbersAndMixtures() {
    let tensor: Tensor<Float> = [[-1, 2.5], [1e10, -0.25]]
    #expect(tensor.scalars == [-1, 2.5, 1e10, -0.25])
  }

  @Test func numbersWithNames() {
    let tensor: Tensor<Float> = [[1, -.infinity], [.infinity, -.pi]]
    #expect(tensor.scalars == [1, -.infinity, .infinity, -.pi])
    let missing: Tensor<Double> = [0, .nan]
    #expect(missing[1].isNaN)
  }

  @Test func asAnArgument() {
    #expect(Tensor<Float>([[1, 2], [3, 4]]) == [[1, 2], [3, 4]])
    #expect(Tensor<Float>([1, 2]) == [1, 2])
    #expect(Tensor<Int>([.list([.scalar(1), 2])]).shape == [1, 2])
  }

  @Test func emptyLists() {
    #expect(([] as Tensor<Float>).shape == [0])
    #expect(([[], []] as Tensor<Float>).shape == [2, 0])
    #expect(([[[]]] as Tensor<Bool>).shape == [1, 1, 0])
  }

  @Test func scalarTypes() {
    #expect(([1, 0] as Tensor<UInt64>).scalars == [1, 0])
    #expect(([[true], [false]] as Tensor<Bool>).shape == [2, 1])
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      #expect(([0.5, 2] as Tensor<Float16>).scalars == [0.5, 2])
    #endif
  }
}
