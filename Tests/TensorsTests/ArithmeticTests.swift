import Tensors
import Testing

@Suite struct ArithmeticTests {
  let left: Tensor<Float> = [[1, 2], [3, 4]]
  let right: Tensor<Float> = [[4, 3], [2, 1]]

  @Test func tensorsOfOneShape() {
    #expect(left + right == [[5, 5], [5, 5]])
    #expect(left - right == [[-3, -1], [1, 3]])
    #expect(left * right == [[4, 6], [6, 4]])
    #expect(left / right == Tensor<Float>([[0.25, 2 / 3], [1.5, 4]]))
    #expect(left + left.transposed() == [[2, 5], [5, 8]])
  }

  @Test func numbers() {
    #expect(left + 1 == [[2, 3], [4, 5]])
    #expect(1 + left == [[2, 3], [4, 5]])
    #expect(left - 1 == [[0, 1], [2, 3]])
    #expect(1 - left == [[0, -1], [-2, -3]])
    #expect(left * 2 == [[2, 4], [6, 8]])
    #expect(2 * left == [[2, 4], [6, 8]])
    #expect(left / 2 == [[0.5, 1], [1.5, 2]])
    #expect(12 / left == [[12, 6], [4, 3]])
  }

  @Test func numbersThatAreNotLiterals() {
    let (two, four): (Float, Tensor<Float>) = (2, 4)
    #expect(left * two == [[2, 4], [6, 8]])
    #expect(two - left == [[1, 0], [-1, -2]])
    #expect(left / four == [[0.25, 0.5], [0.75, 1]])
    #expect(four / left == Tensor<Float>([[4, 2], [4 / 3, 1]]))
    #expect(four + four == 8)
    #expect(left.transposed() - four == [[-3, -1], [-2, 0]])
    #expect(four - left[.all, 0] == [3, 1])
    var (tensor, number) = (left.transposed(), four)
    tensor -= number
    #expect(tensor == [[-3, -1], [-2, 0]])
    number *= number
    #expect(number == 16)
  }

  /// Elements in a part of the memory that something else owns.
  @Test func borrowedMemory() {
    unsafe ([9, 1, 2, 3, 4] as [Float]).withUnsafeBufferPointer { memory in
      let borrowed = unsafe Tensor<Float>(unsafeBorrowing: memory, shape: [5])[1...].reshaped(to: [2, 2])
      #expect(borrowed == left)
      #expect(borrowed + right == [[5, 5], [5, 5]])
      #expect(right * borrowed.transposed() == [[4, 9], [4, 4]])
      #expect(-borrowed == [[-1, -2], [-3, -4]])
      var sum = borrowed
      sum += borrowed
      #expect(sum == [[2, 4], [6, 8]])
      #expect(unsafe memory[1] == 1)
    }
  }

  @Test func sums() {
    #expect(left.sum() == 10)
    #expect(left.transposed()[1].sum() == 6)
    #expect(Tensor<Float>(2.5).sum() == 2.5)
    #expect(Tensor<Double>.zeros([0, 3]).sum() == 0)
    #expect(Tensor<Int>([3, -5, 4]).sum() == 2)
    #expect(Tensor<UInt8>([200, 55]).sum() == 255)
    // One at a time, `Float` would lose the ones, and overflow.
    #expect(Tensor<Float>([0x1p24, 1, 1, -0x1p24]).sum() == 2)
    #expect(Tensor<Float>([3e38, 3e38, -3e38]).sum() == 3e38)
    #expect(Tensor<Float>([1, .nan]).sum().isNaN)
    #expect(Tensor<Float>([1, -.infinity]).sum() == -.infinity)
  }

  @Test func inPlace() {
    var tensor = left
    tensor += right
    #expect(tensor == [[5, 5], [5, 5]])
    tensor -= left.transposed()
    #expect(tensor == [[4, 2], [3, 1]])
    tensor *= 2
    tensor /= 4
    #expect(tensor == [[2, 1], [1.5, 0.5]])
    tensor += 1
    #expect(tensor == [[3, 2], [2.5, 1.5]])
    var view = left[.all, 0]
    view += view
    #expect(view == [2, 6])
    #expect(left == [[1, 2], [3, 4]])
  }

  @Test func aTrainingStep() {
    var weights: Tensor<Double> = [1, 2]
    let gradient: Tensor<Double> = [0.5, -1]
    weights -= 0.5 * gradient
    #expect(weights == [0.75, 2.5])
  }

  /// Each line is one that a compiler which may take any literal for a tensor finds ambiguous or gives up on.
  @Test func expressionsOfNumbersAndTensors() {
    let (count, rate): (Int, Float) = (4, 0.5)
    #expect(left * (1 / Float(count)) == [[0.25, 0.5], [0.75, 1]])
    #expect(1 - (left + right) * (rate / Float(count)) + 0.5 == [[0.875, 0.875], [0.875, 0.875]])
    let step = -1 * (left - right) * (1 / Float(count)) - (2 * left)
    #expect(step == [[-1.25, -3.75], [-6.25, -8.75]])
    var weights = left
    weights -= right * (rate / max(rate, 1)) * (1 / Float(count))
    #expect(weights == [[0.5, 1.625], [2.75, 3.875]])
    weights += 1 / Float(count)
    weights -= rate
    #expect(weights == [[0.25, 1.375], [2.5, 3.625]])
    weights -= -left
    weights *= left
    weights /= left
    #expect(-weights * -1 == [[1.25, 3.375], [5.5, 7.625]])
    weights -= [[0.25, 1.375], [2.5, 3.625]] + left
    #expect([[1, 2], [3, 4]] * left - weights / [[1, 2], [3, 4]] == left * left)
    #expect(-rate * -left + -rate == [[0, 0.5], [1, 1.5]])
  }

  @Test func sumsOfTensors() {
    let total = [left, right, left].reduce(0, +)
    #expect(total == [[6, 7], [8, 9]])
    #expect([left, right].reduce(.zeros([2, 2]), +) == [[5, 5], [5, 5]])
    #expect([left, right].reduce(1) { $0 + 2 * $1 } == [[11, 11], [11, 11]])
  }

  /// A literal can be a tensor, but arithmetic with numbers stays what it is.
  @Test func numbersStayNumbers() {
    func half<T: BinaryFloatingPoint>(of x: T) -> T {
      let y = 1 / (2 * x)
      return y + 0 * x
    }
    #expect(half(of: 4 as Float) == 0.125)
  }
}
