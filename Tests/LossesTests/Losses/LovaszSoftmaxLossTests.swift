import Losses
import Testing

/// What is particular to `LovaszSoftmaxLoss`.
struct LovaszSoftmaxLossTests {
  @Test func absentClassesAreLeftOut() throws {
    let scores: Tensor<Double> = [[[1, 0], [0, 2], [0.5, -1]]]
    let loss = try LovaszSoftmaxLoss()(scores, target: [[1, 1]] as Tensor<Int>)
    let single = try LovaszSoftmaxLoss(ignoreIndex: -1)(scores, target: [[1, 1]] as Tensor<Int>)
    #expect(loss.value() == single.value())
    let none = try LovaszSoftmaxLoss(ignoreIndex: 1)(scores, target: [[1, 1]] as Tensor<Int>)
      .valueWithGradient()
    #expect(none.value.item == 0)
    #expect(none.gradient == .zeros([1, 3, 2]))
  }

  /// The mean of no samples is 0, whether these have values of their own or not.
  @Test(arguments: [false, true], [Reduction.mean, .batchMean, .sum])
  func nothing(perImage: Bool, reduction: Reduction) throws {
    let (input, labels) = (Tensor<Float>.zeros([0, 2, 3]), Tensor<Int>.zeros([0, 3]))
    let loss = LovaszSoftmaxLoss(perImage: perImage, reduction: reduction)
    #expect(try loss(input, target: labels).value() == 0)
  }
}
