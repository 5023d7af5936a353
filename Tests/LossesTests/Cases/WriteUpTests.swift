import Foundation
import Losses
import Testing

/// Numbers that others have printed, to their last digit.
struct WriteUpTests {
  private func printed(_ tensor: Tensor<Double>) -> [String] {
    tensor.scalars.map { String(format: "%.4f", $0) }
  }

  @Test func softmax() throws {
    let input: Tensor<Double> = [[1, 3, 4], [7, 3, 8], [9, 7, 5]]
    #expect(
      try printed(Softmax(axis: 1)(input)) == [
        "0.0351", "0.2595", "0.7054", "0.2676", "0.0049", "0.7275", "0.8668", "0.1173", "0.0159",
      ])
    #expect(
      try printed(LogSoftmax(axis: 1)(input)) == [
        "-3.3490", "-1.3490", "-0.3490", "-1.3182", "-5.3182", "-0.3182", "-0.1429", "-2.1429", "-4.1429",
      ])
  }

  @Test func nll() throws {
    let input: Tensor<Double> = [
      [1.4550, 2.3858, 1.1724], [0.4952, 1.5870, 0.9594], [1.4170, 0.4525, 0.2519],
    ]
    #expect(try printed(NLLLoss()(input, target: [1, 0, 2] as Tensor<Int>)) == ["-1.0443"])
    let row: Tensor<Float> = [[1, 2, 3]]
    for (label, expected) in [(0, -1), (1, -2), (2, -3)] as [(Int, Float)] {
      #expect(try NLLLoss()(row, target: Tensor([label])).item == expected)
    }
  }

  @Test func crossEntropy() throws {
    let row: Tensor<Double> = [[1, 2, 3]]
    #expect(try printed(CrossEntropyLoss()(row, target: [2] as Tensor<Int>)) == ["0.4076"])
    let input: Tensor<Double> = [
      [0.093, 0.1939, -1.0649, 0.4476, -2.0769], [-1.8024, 0.3696, 0.7796, -1.0346, 0.473],
      [0.5593, -2.5067, -2.1275, 0.5548, -1.6639],
    ]
    let value = try CrossEntropyLoss()(input, target: [1, 2, 3] as Tensor<Int>).item
    #expect(abs(value - 1.0155949508195155) <= 2 * value.ulp)
  }
}
