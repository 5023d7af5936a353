import Losses
import Testing

/// What is particular to `LovaszHingeLoss`.
struct LovaszHingeLossTests {
  /// Where every error is 0 or 2, the extension is the Jaccard loss of the mistakes, times 2.
  @Test func isTheJaccardLossOfMistakes() throws {
    let scores: Tensor<Double> = [[1, 1, -1, -1, 1, -1]]
    let labels: Tensor<Int> = [[1, 1, 1, 0, 0, 0]]
    // Of three that are true one is missed, and one is mistaken for them: 2 of 4 are right.
    #expect(try LovaszHingeLoss()(scores, target: labels).value().item == 2 * (1 - 2.0 / 4))
  }

  /// The steps of equal errors are those of their order in memory.
  @Test func tiesKeepTheirOrder() throws {
    let gradient = try LovaszHingeLoss()([[0, 0, 0]] as Tensor<Double>, target: [[1, 1, 0]] as Tensor<Int>)
      .backward()
    #expect(gradient == [[-0.5, -0.5, 0]])
  }

  /// Only the ratios of the weights matter, also where the inverse of one is out of range. The error of 3/2 costs half, and
  /// so does that of 1.
  @Test(arguments: [-1030, -1000, 0, 1000]) func weightsOfAnyMagnitude(_ exponent: Int) throws {
    let weight = Double(sign: .plus, exponent: exponent, significand: 1)
    let (value, gradient) = try LovaszHingeLoss()(
      [[0, 0.5]] as Tensor<Double>, target: [[1, 0]] as Tensor<Int>, sampleWeight: Tensor([[weight, weight]])
    ).valueWithGradient()
    #expect(value == 1.25)
    #expect(gradient == [[-0.5, 0.5]])
  }

  /// The largest hinge loss, where nothing is true.
  @Test func hingeOfNothing() throws {
    let value = try LovaszHingeLoss()([[0.5, 2, -3]] as Tensor<Float>, target: [[0, 0, 0]] as Tensor<Int>)
      .value()
    #expect(value.item == 3)
  }
}
