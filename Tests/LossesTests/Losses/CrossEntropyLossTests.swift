import Foundation
import LossRegistry
import Losses
import Testing

/// What is particular to `CrossEntropyLoss`.
struct CrossEntropyLossTests {
  /// Values that tutorials print.
  @Test func printedValues() throws {
    let row: Tensor<Double> = [[1, 2, 3]]
    let first = try CrossEntropyLoss()(row, target: [2] as Tensor<Int>).value().item
    #expect(String(format: "%.4f", first) == "0.4076")
    let input: Tensor<Double> = [
      [0.093, 0.1939, -1.0649, 0.4476, -2.0769], [-1.8024, 0.3696, 0.7796, -1.0346, 0.473],
      [0.5593, -2.5067, -2.1275, 0.5548, -1.6639],
    ]
    let value = try CrossEntropyLoss()(input, target: [1, 2, 3] as Tensor<Int>).value().item
    #expect(abs(value - 1.0155949508195155) <= 2 * value.ulp)
  }

  @Test func oneClassIsCertain() throws {
    let input: Tensor<Double> = [[3], [-2]]
    for smoothing in [0, 0.5] {
      let loss = CrossEntropyLoss(labelSmoothing: smoothing, reduction: .none)
      let labelled = try loss(input, target: [0, 0] as Tensor<Int>).valueWithGradient()
      #expect(labelled.value == [0, 0])
      #expect(labelled.gradient == [[0], [0]])
      let soft = try loss(input, target: [[1], [1]] as Tensor<Double>).valueWithGradient()
      #expect(soft.value == [0, 0])
      #expect(soft.gradient == [[0], [0]])
    }
    #expect(try Softmax(axis: 1)(input).value() == [[1], [1]])
    #expect(try LogSoftmax(axis: 1)(input).value() == [[0], [0]])
  }

  /// An impossible class of probability 0 costs nothing.
  @Test func impossibleClassOfProbabilityZero() throws {
    let input = Tensor<Double>([1, -.infinity, 1, -.infinity, 2, -.infinity], shape: [2, 3])
    let target: Tensor<Double> = [[0.25, 0, 0.75], [0, 1, 0]]
    let loss = CrossEntropyLoss(reduction: .none)
    let (value, gradient) = try loss(input, target: target).valueWithGradient()
    expectClose(value, [0.693147180559945309, 0], ulps: 2)
    #expect(gradient == [[0.25, 0, -0.25], [0, 0, 0]])

    let labelled = try loss(input, target: [2, 1] as Tensor<Int>).valueWithGradient()
    expectClose(labelled.value, [0.693147180559945309, 0], ulps: 2)
    #expect(labelled.gradient == [[0.5, 0, -0.5], [0, 0, 0]])

    // −log p of the impossible class is infinite, and that is its derivative.
    let byTarget = try loss(input, target: target).gradients().target
    #expect(byTarget[0, 1] == .infinity && byTarget[1, 0] == .infinity && byTarget[1, 2] == .infinity)
    #expect(byTarget[1, 1] == 0)
    // With an upstream of 0, there is no gradient.
    let silent = try loss(input, target: target).gradients(upstream: [0, 0]).target
    #expect(silent == .zeros([2, 3]))
  }

  /// The mean is finite though the loss of one sample, and part of the sum over its classes, is not in `Float`.
  @Test(arguments: [127, 128, 300])
  func oneSampleOfLargeLoss(_ classes: Int) throws {
    var input = Tensor<Float>.zeros([100, classes])
    input[0, 0] = 1e38
    let value = try CrossEntropyLoss()(input, target: Tensor<Float>.ones([100, classes])).value()
    // All classes of the first sample but one are 1e38 below the largest; the other samples have less than 10⁴ each.
    expectClose(value, Tensor(Double(classes - 1) * Double(1e38 as Float) / 100), ulps: 1)
  }

  @Test func impossibleClassThatIsNotIgnored() throws {
    let input = Tensor<Float>([1, -.infinity, 1], shape: [1, 3])
    #expect(try CrossEntropyLoss()(input, target: [1] as Tensor<Int>).value().item == .infinity)
    #expect(
      try CrossEntropyLoss()(input, target: [[0.5, 0.5, 0]] as Tensor<Float>).value().item == .infinity)
  }

  /// It is an error for labels and for probabilities.
  @Test(arguments: [-0.1, 1.1, .nan])
  func smoothingBeyondItsRange(_ smoothing: Double) {
    let loss = CrossEntropyLoss(labelSmoothing: smoothing)
    let input = Tensor<Double>.zeros([1, 2])
    #expect(throws: LossError.self) { _ = try loss(input, target: [0] as Tensor<Int>) }
    #expect(throws: LossError.self) { _ = try loss(input, target: [[1, 0]] as Tensor<Double>) }
  }
}
